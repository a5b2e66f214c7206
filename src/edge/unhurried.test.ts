import { expect, test } from 'vitest';
import type { Millis } from '../base/clock.ts';
import { type Flow, UdpFlows } from '../base/flow.ts';
import { Timers } from '../base/timers.ts';
import { Unhurried } from './unhurried.ts';

const flow: Flow = new UdpFlows().of('192.0.2.10', 5060);

const ACK = 'ACK sip:a@192.0.2.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n';
const ACK_WITH_ANSWER = 'ACK sip:a@192.0.2.1 SIP/2.0\r\nContent-Length: 5\r\n\r\nv=0\r\n';
const BYE_ANSWERED = 'SIP/2.0 200 OK\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n';
const TRYING = 'SIP/2.0 100 Trying\r\nCSeq: 1 INVITE\r\n\r\n';
const BYE = 'BYE sip:a@192.0.2.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n';

/** With `often`, so many have come before time 0 that the next one waits. */
function unhurried(often: boolean) {
  const timers = new Timers();
  const worked: { readonly text: string; readonly at: Millis }[] = [];
  /** What the host was told, and what it keeps. */
  const told: boolean[] = [];
  const kept: string[] = [];
  const ticks: Millis[] = [];
  let now: Millis = 0;
  const waiting: Unhurried = new Unhurried({
    timers,
    host: {
      postpone: (postponed) => told.push(postponed),
      receivePostponed: () => {
        for (const text of kept.splice(0)) waiting.takes(text, flow, now);
      },
    },
    receive: (text, _source, at) => worked.push({ text, at }),
    ticked: (at) => ticks.push(at),
  });
  const advance = (at: Millis): void => {
    now = at;
    timers.advance(at);
  };
  if (often) {
    for (let at = 960; at < 996; at += 3) waiting.takes(BYE, flow, at);
    advance(1_000);
    ticks.length = 0;
  }
  return { advance, kept, ticks, timers, told, waiting, worked };
}

test('one that comes alone does not wait', () => {
  const { timers, told, waiting } = unhurried(false);
  for (const at of [0, 5, 1_000, 1_005]) expect(waiting.takes(BYE, flow, at)).toBe(false);
  expect([timers.running, told]).toEqual([0, []]);
});

test('while they come often, what nobody waits for waits until there is work, in its order, and the host may keep it', () => {
  const { kept, told, waiting, worked } = unhurried(true);
  expect(told).toEqual([true]);
  const all = [TRYING, ACK, BYE, BYE_ANSWERED];
  for (const text of all) expect(waiting.takes(text, flow, 1_002)).toBe(true);
  kept.push(BYE, ACK);
  expect(worked).toEqual([]);
  waiting.work(1_003);
  expect(worked).toEqual([...all, BYE, ACK].map((text) => ({ text, at: 1_003 })));
});

test('none waits longer than 50 ms, neither here nor at the host', () => {
  const { advance, kept, waiting, worked } = unhurried(true);
  waiting.takes(ACK, flow, 1_000);
  kept.push(BYE);
  advance(1_049);
  expect(worked).toEqual([]);
  advance(1_050);
  expect(worked).toEqual([ACK, BYE].map((text) => ({ text, at: 1_050 })));
});

test('§10: REGISTERs, which wait anyhow, count as well; each 50 ms is told when all that waited has been received', () => {
  const { advance, kept, ticks, told, waiting, worked } = unhurried(false);
  for (let i = 0; i < 12; i += 1) waiting.count(1_000);
  expect(told).toEqual([true]);
  kept.push(BYE);
  waiting.work(1_001);
  advance(1_050);
  for (let i = 0; i < 12; i += 1) waiting.count(1_060);
  advance(1_100);
  expect(told).toEqual([true]);
  advance(1_150);
  expect([worked.length, ticks, told]).toEqual([1, [1_050, 1_100, 1_150], [true, false]]);
});

test('more than are worked on at once come in their order', () => {
  const { kept, waiting, worked } = unhurried(true);
  const many = Array.from({ length: 100 }, (_, i) => BYE.replace('a@', `${i}@`));
  kept.push(...many);
  waiting.work(1_001);
  expect(worked.map(({ text }) => text)).toEqual(many);
});

test('when they come seldom again they do not wait, and no timer runs', () => {
  const { advance, told, timers, waiting, worked } = unhurried(true);
  for (let i = 0; i < 12; i += 1) expect(waiting.takes(BYE, flow, 1_010)).toBe(true);
  advance(1_050);
  expect([worked.length, told]).toEqual([12, [true]]);
  waiting.takes(BYE, flow, 1_090);
  advance(1_100);
  expect([worked.length, told, timers.running]).toEqual([13, [true, false], 0]);
  expect(waiting.takes(BYE, flow, 1_101)).toBe(false);
});

test('§13.2.2.4: an ACK with the answer to an offer does not wait, and neither does anything else', () => {
  const { waiting } = unhurried(true);
  expect(waiting.takes(ACK_WITH_ANSWER, flow, 1_000)).toBe(false);
  for (const start of ['INVITE', 'CANCEL', 'INFO', 'BYEBYE', 'ACKACK']) {
    expect(waiting.takes(`${start} sip:a@192.0.2.1 SIP/2.0\r\n\r\n`, flow, 1_000)).toBe(false);
  }
  for (const rest of [
    'SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nAllow: INVITE, ACK, BYE\r\n\r\n',
    'SIP/2.0 200 OK\r\nAllow: BYE\r\n\r\n',
    'SIP/2.0 200 OK\r\nCSeq:',
    'SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n',
    'SIP/2.0 481 No Such Call\r\nCSeq: 2 BYE\r\n\r\n',
    '',
  ]) {
    expect(waiting.takes(rest, flow, 1_000)).toBe(false);
  }
});
