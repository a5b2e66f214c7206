import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliverySettings } from '../../src/domain/delivery-settings.ts';
import type { Behaviour, Step } from './behaviour.ts';
import { finalsOnWire, holdsAlways, withLadder } from './scenario.ts';
import { type Settings, TRUNK_SERVERS, type TrunkName, toBackup, toNumber } from './settings.ts';
import { Stand } from './stand.ts';

/** Long enough for every behaviour below to come to its end. */
const LONGEST = 40_000;

const provisional = fc.constantFrom(100, 180, 183);
const final = fc.constantFrom(200, 200, 200, 200, 200, 302, 404, 408, 480, 486, 487, 488, 500, 503, 600, 603);
const delay = fc.constantFrom(0, 10, 490, 700, 3_000, 3_990, 4_000, 6_000, 12_000, 26_000);

const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    steps: fc.array(fc.tuple(delay, provisional), { maxLength: 3 }),
    end: fc.option(fc.tuple(delay, final), { nil: undefined, freq: 4 }),
    onCancel: fc.constantFrom('obey', 'ignore', 'answer'),
  })
  .map(({ steps, end, onCancel }) => {
    const list: Step[] = steps.map(([after, status]) => ({ after, status }));
    if (end !== undefined) list.push({ after: end[0], status: end[1] });
    return { steps: list, onCancel };
  });

const delivery: fc.Arbitrary<Partial<DeliverySettings>> = fc.record({
  triggers: fc.record({
    preset: fc.constantFrom('unreachable', 'unreachable-or-broken', 'anything'),
    add: fc.constant([]),
    remove: fc.constant([]),
  }),
  noAnswerFailover: fc.boolean(),
  sharedRegistrations: fc.boolean(),
});

interface Case {
  readonly here: TrunkName;
  readonly seed: number;
  readonly settings: Settings;
  readonly registeredHere: boolean;
  readonly registeredThere: boolean;
  readonly pbx: Behaviour;
  readonly backup: Behaviour;
  readonly gateway: Behaviour;
  readonly down: 'none' | 'closed' | 'unplugged';
  /** When the caller hangs up, if it is still waiting then. */
  readonly cancelAt: number | undefined;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  here: fc.constantFrom(...TRUNK_SERVERS),
  seed: fc.nat(),
  settings: fc
    .record({ backup: fc.boolean(), number: fc.boolean(), delivery })
    .map(({ backup, number, ...rest }) => ({
      ...rest,
      ...(backup || number
        ? { failover: { ...(backup ? { backup: toBackup } : {}), ...(number ? { number: toNumber } : {}) } }
        : {}),
    })),
  registeredHere: fc.constantFrom(true, true, false),
  registeredThere: fc.boolean(),
  pbx: behaviour,
  backup: behaviour,
  gateway: behaviour,
  down: fc.constantFrom('none', 'none', 'none', 'closed', 'unplugged'),
  cancelAt: fc.constantFrom(
    ...Array<undefined>(12).fill(undefined),
    ...[0, 5, 12, 20, 480, 505, 1_000, 3_999, 4_005, 4_015, 8_000, 25_000],
  ),
});

/** Plays a call and looks at it when everything is over. */
function play(given: Case, quality: Partial<Stand['network']['quality']>): void {
  const stand = new Stand(given.here, given.settings, given.seed);
  if (given.registeredHere) stand.register(stand.here);
  if (given.registeredThere) stand.register(stand.other);
  stand.pbx.behaviour = given.pbx;
  stand.backup.behaviour = given.backup;
  stand.gateway.behaviour = given.gateway;
  if (given.down === 'closed') stand.network.close(stand.pbx);
  if (given.down === 'unplugged') stand.network.unplug(stand.pbx);
  stand.network.quality = { ...stand.network.quality, ...quality };
  withLadder(stand, () => {
    const call = stand.call();
    if (given.cancelAt !== undefined) stand.network.after(given.cancelAt, () => call.cancel());
    stand.run(LONGEST);
    stand.network.quality = { latency: 5, jitter: 0, loss: 0, duplication: 0 };
    stand.settle();
    const arrived = stand.network.trace.some(
      ({ from, fate, text }) => from === 'carrier' && fate === 'sent' && text.startsWith('INVITE '),
    );
    // Every copy of the INVITE was lost: there was no call.
    if (!arrived) return;
    holdsAlways(stand);
    const [wire] = finalsOnWire(stand).get(call.invite.callId) ?? [];
    expect(wire, 'the final response').toBeDefined();
    // What the caller saw is what was sent, unless all of it was lost.
    if (call.final !== undefined) expect(`${call.final.status} ${call.final.toTag}`).toBe(wire);
    expect(stand.here.records, 'call records').toHaveLength(1);
    nothingAfterTheEnd(stand);
    oneLeg(stand, call.final?.status === 200);
  });
}

/** No target is tried after an answer has gone to the caller or its CANCEL has come. */
function nothingAfterTheEnd(stand: Stand): void {
  const finals = stand
    .wire()
    .filter(
      ({ from, to, message }) =>
        from === stand.here.name &&
        to === 'carrier' &&
        message.kind === 'response' &&
        message.cseqMethod === 'INVITE' &&
        message.status >= 200,
    );
  const cancelled = stand
    .wire()
    .filter(
      ({ from, to, message }) =>
        from === stand.here.name &&
        to === 'carrier' &&
        message.kind === 'response' &&
        message.cseqMethod === 'CANCEL',
    );
  const over = Math.min(finals[0]?.at ?? 0, cancelled[0]?.at ?? Number.POSITIVE_INFINITY);
  const tried = new Set<string>();
  for (const { at, message } of stand.requests('INVITE', stand.here.name)) {
    const branch = message.via.branch ?? '';
    if (!tried.has(branch)) expect(at, 'when a target was tried').toBeLessThanOrEqual(over);
    tried.add(branch);
  }
}

/** The caller talks to one leg, or to none; no other leg is up. */
function oneLeg(stand: Stand, answered: boolean): void {
  const up = stand.phones.flatMap(({ legs }) => legs.filter((leg) => leg.up));
  expect(up.length, 'answered legs that remain').toBeLessThanOrEqual(answered ? 1 : 0);
}

describe('whatever PBX, backup and gateway do', () => {
  test('on a good network: one final response, one record, one leg, and nothing left behind', () => {
    fc.assert(
      fc.property(anyCase, (given) => play(given, {})),
      { numRuns: 300 },
    );
  });

  test('on a network that loses, duplicates and reorders', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.constantFrom(0.05, 0.15, 0.3),
        fc.constantFrom(0, 0.1),
        fc.constantFrom(0, 20, 300),
        (given, loss, duplication, jitter) => play(given, { loss, duplication, jitter }),
      ),
      { numRuns: 300 },
    );
  });
});

describe('the virtual network', () => {
  test('the same seed gives the same trace', () => {
    const trace = () => {
      const stand = new Stand('trunk1', { failover: { backup: toBackup, number: toNumber } }, 99);
      stand.register();
      stand.network.quality = { latency: 5, jitter: 100, loss: 0.3, duplication: 0.2 };
      stand.call();
      stand.run(60_000);
      return stand.network.ladder();
    };
    expect(trace()).toBe(trace());
    expect(trace()).toContain('-x');
  });
});
