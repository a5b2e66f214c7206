import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_LIMITS, SerialHunt } from '../../../test/support/serial-hunt.ts';
import { requestText } from '../../../test/support/sip-core.ts';
import type { BranchLimits } from './branch.ts';

const LIMITS: BranchLimits = { noResponse: 4_000, noProgress: 10_000, ring: 25_000 };
const TARGETS = 3;

const target = fc.nat(TARGETS - 1);
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      target,
      status: fc.constantFrom(100, 180, 183, 200, 200, 200, 302, 407, 486, 487, 503, 603),
      tag: fc.constantFrom('x', 'y'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hangUp' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('inviteAgain' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ack' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const), target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('transportFailed' as const), target }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(700), fc.nat(12_000), fc.nat(60_000)),
    }),
  },
);

/** What the targets said while their transactions could hear it. */
class Heard {
  readonly provisional = new Set<number>();
  /** `target tag` of every 2xx, as often as it came. */
  readonly answers: string[] = [];
}

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function play(hunt: SerialHunt, events: readonly Event[]): Heard {
  const heard = new Heard();
  const { core } = hunt;
  for (const one of events) {
    switch (one.kind) {
      case 'answer': {
        if (hunt.copies[one.target] === undefined) break;
        const strays = core.strays.length;
        const told = hunt.told.length;
        const called = hunt.branches.length;
        const acks = hunt.toTarget(one.target).filter((name) => name === 'ACK').length;
        const sent = hunt.toCaller().length;
        hunt.answer(one.target, one.status, { toTag: one.tag });
        if (core.strays.length > strays) {
          // Nothing may come of a stray response (RFC 6026 section 8.9).
          expect([hunt.told.length, hunt.branches.length, hunt.toCaller().length]).toEqual([
            told,
            called,
            sent,
          ]);
          break;
        }
        const acked = hunt.toTarget(one.target).filter((name) => name === 'ACK').length > acks;
        if (one.status < 200) heard.provisional.add(one.target);
        else if (one.status < 300 && (acked || hunt.toCaller().length > sent)) {
          heard.answers.push(`${one.target} ${one.tag}`);
        }
        break;
      }
      case 'hangUp':
        hunt.hangUp();
        break;
      case 'inviteAgain':
        // After the end of its transaction it would be another call.
        if (core.invites[0]?.transaction.state !== 'terminated') core.receive(hunt.inviteText, core.caller);
        break;
      case 'ack':
        core.receive(requestText('ACK'), core.caller);
        break;
      case 'refused':
        hunt.branches[one.target]?.refused(core.now);
        break;
      case 'transportFailed':
        core.layer.transportFailed(hunt.flow(one.target), core.now);
        break;
      case 'wait':
        core.wait(one.ms);
        break;
    }
  }
  // Three targets with Timer C each, and what has to end after them.
  core.wait(700_000);
  return heard;
}

/** The INVITE comes again after the transaction is long over: then it is another call, and not our subject. */
function withoutLateInvites(events: readonly Event[]): Event[] {
  let elapsed = 0;
  return events.filter((one) => {
    if (one.kind === 'wait') elapsed += one.ms;
    return one.kind !== 'inviteAgain' || elapsed < 30_000;
  });
}

describe.each([
  ['with limits', LIMITS],
  ['without limits', NO_LIMITS],
])('whatever three targets and the caller do, %s', (_, limits) => {
  function everyCall(check: (hunt: SerialHunt, heard: Heard) => void): void {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const hunt = new SerialHunt({ targets: Array.from({ length: TARGETS }, () => limits) });
        check(hunt, play(hunt, withoutLateInvites(events)));
      }),
      { numRuns: 250 },
    );
  }

  /** The final responses to the INVITE that the caller was sent, each different one once. */
  function finals(hunt: SerialHunt): string[] {
    const texts = hunt.core.sent.flatMap(({ flow, message }) =>
      flow === hunt.core.caller &&
      message.kind === 'response' &&
      message.cseqMethod === 'INVITE' &&
      message.status >= 200
        ? [`${message.status} ${message.toTag}`]
        : [],
    );
    return [...new Set(texts)];
  }

  test('the caller gets exactly one final response', () => {
    everyCall((hunt) => {
      expect(finals(hunt)).toHaveLength(1);
      expect(hunt.told.filter((what) => what.startsWith('finished'))).toHaveLength(1);
      expect(finals(hunt)[0]?.slice(0, 3)).toBe(hunt.told.at(-1)?.slice(9, 12));
    });
  });

  test('no transaction and no timer is left', () => {
    everyCall((hunt) => {
      expect({ transactions: hunt.core.layer.size, timers: hunt.core.timers.running }).toEqual({
        transactions: 0,
        timers: 0,
      });
    });
  });

  test('every answered leg but that of the caller gets one BYE, and an ACK for each 2xx', () => {
    everyCall((hunt, heard) => {
      const last = hunt.told.at(-1) ?? '';
      const won = last.includes(' by ') ? `${last.slice(-1)} ${finals(hunt)[0]?.slice(4)}` : undefined;
      for (const leg of new Set(heard.answers)) {
        const [to, tag] = leg.split(' ');
        const sent = (method: string) =>
          hunt.core.sent.flatMap(({ flow, message }) =>
            flow === hunt.flow(Number(to)) &&
            message.kind === 'request' &&
            message.method === method &&
            message.toTag === tag
              ? [message.via.branch]
              : [],
          );
        expect(new Set(sent('BYE')).size).toBe(leg === won ? 0 : 1);
        if (leg !== won) {
          expect(sent('ACK').length).toBeGreaterThanOrEqual(
            heard.answers.filter((one) => one === leg).length,
          );
        }
      }
      // And nobody is hung up who has not answered.
      for (const { flow, message } of hunt.core.sent) {
        if (message.kind !== 'request' || message.method !== 'BYE') continue;
        const leg = [0, 1, 2].find((i) => hunt.flow(i) === flow);
        expect(heard.answers).toContain(`${leg} ${message.toTag}`);
      }
    });
  });

  test('§9.1: a target gets at most one CANCEL, and none before it has said something', () => {
    everyCall((hunt, heard) => {
      for (let i = 0; i < TARGETS; i += 1) {
        const cancels = hunt.core.sent.flatMap(({ flow, message }) =>
          flow === hunt.flow(i) && message.kind === 'request' && message.method === 'CANCEL'
            ? [message.via.branch]
            : [],
        );
        expect(new Set(cancels).size).toBeLessThanOrEqual(heard.provisional.has(i) ? 1 : 0);
      }
    });
  });

  test('no target is called after the caller hung up or has its answer', () => {
    everyCall((hunt) => {
      const over = hunt.core.sent.findIndex(
        ({ flow, message }) =>
          flow === hunt.core.caller &&
          message.kind === 'response' &&
          ((message.cseqMethod === 'CANCEL' && message.status === 200) ||
            (message.cseqMethod === 'INVITE' && message.status >= 200)),
      );
      const after = hunt.core.sent.slice(over + 1);
      for (const { message } of after) {
        expect(message.kind === 'request' && message.method === 'INVITE').toBe(false);
      }
    });
  });
});
