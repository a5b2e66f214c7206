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
  const waiting = new Unhurried(timers, (text, _source, at) => worked.push({ text, at }));
  if (often) for (let at = -60; at < 0; at += 4) waiting.takes(BYE, flow, at);
  timers.advance(-1);
  waiting.work(-1);
  worked.length = 0;
  return { timers, worked, waiting };
}

test('one that comes alone does not wait', () => {
  const { timers, waiting } = unhurried(false);
  for (const at of [0, 5, 1_000, 1_005]) expect(waiting.takes(BYE, flow, at)).toBe(false);
  expect(timers.running).toBe(0);
});

test('while they come often, what nobody waits for waits until there is work, in its order', () => {
  const { timers, waiting, worked } = unhurried(true);
  const all = [TRYING, ACK, BYE, BYE_ANSWERED];
  for (const text of all) expect(waiting.takes(text, flow, 2)).toBe(true);
  expect(worked).toEqual([]);
  waiting.work(3);
  expect(worked).toEqual(all.map((text) => ({ text, at: 3 })));
  expect(timers.running).toBe(0);
});

test('none waits longer than 50 ms', () => {
  const { timers, waiting, worked } = unhurried(true);
  waiting.takes(BYE, flow, 0);
  timers.advance(49);
  expect(worked).toEqual([]);
  timers.advance(50);
  expect(worked).toEqual([{ text: BYE, at: 50 }]);
});

test('when they come seldom again they do not wait', () => {
  const { waiting } = unhurried(true);
  expect(waiting.takes(BYE, flow, 200)).toBe(false);
  expect(waiting.takes(BYE, flow, 260)).toBe(false);
});

test('behind one that waits the next waits, too, however seldom they have become', () => {
  const { waiting, worked } = unhurried(true);
  waiting.takes(ACK, flow, 0);
  // The timers of a busy thread are late.
  expect(waiting.takes(BYE, flow, 300)).toBe(true);
  waiting.work(301);
  expect(worked.map(({ text }) => text)).toEqual([ACK, BYE]);
});

test('§13.2.2.4: an ACK with the answer to an offer does not wait, and neither does anything else', () => {
  const { waiting } = unhurried(true);
  expect(waiting.takes(ACK_WITH_ANSWER, flow, 0)).toBe(false);
  for (const start of ['INVITE', 'CANCEL', 'INFO', 'BYEBYE', 'ACKACK']) {
    expect(waiting.takes(`${start} sip:a@192.0.2.1 SIP/2.0\r\n\r\n`, flow, 0)).toBe(false);
  }
  for (const rest of [
    'SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nAllow: INVITE, ACK, BYE\r\n\r\n',
    'SIP/2.0 200 OK\r\nAllow: BYE\r\n\r\n',
    'SIP/2.0 200 OK\r\nCSeq:',
    'SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n',
    'SIP/2.0 481 No Such Call\r\nCSeq: 2 BYE\r\n\r\n',
    '',
  ]) {
    expect(waiting.takes(rest, flow, 0)).toBe(false);
  }
});
