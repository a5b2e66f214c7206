import { describe, expect, test } from 'vitest';
import { type Settings, TRUNK_SERVERS, type TrunkName } from './settings.ts';
import { Stand } from './stand.ts';

export type Scenario = (name: string, settings: Settings, play: (stand: Stand) => void) => void;

/** Plays every scenario with the call coming to each of the trunk servers. */
export function atBothTrunkServers(declare: (scenario: Scenario, here: TrunkName) => void): void {
  describe.each(TRUNK_SERVERS)('a call at %s', (here) => {
    declare((name, settings, play) => {
      test(name, () => {
        const stand = new Stand(here, settings);
        withLadder(stand, () => {
          play(stand);
          stand.settle();
          holdsAlways(stand);
        });
      });
    }, here);
  });
}

/** Runs checks; where one fails the ladder stands below what it says. */
export function withLadder(stand: Stand, checks: () => void): void {
  try {
    checks();
  } catch (error) {
    if (error instanceof Error) error.message += `\n\n${stand.network.ladder()}\n`;
    throw error;
  }
}

/** What must be true when everything is over, whatever happened. */
export function holdsAlways(stand: Stand): void {
  for (const trunk of stand.trunks) {
    const { callsInProgress, transactions, timers } = trunk.server.health(stand.network.now);
    expect({ callsInProgress, transactions, timers }, `${trunk.name} at rest`).toEqual({
      callsInProgress: 0,
      transactions: 0,
      timers: 0,
    });
  }
  const finalsOf = finalsOnWire(stand);
  const upOf = groupBy(
    stand.phones.flatMap(({ legs }) => legs.filter(({ up }) => up)),
    ({ invite }) => invite.callId,
  );
  const recordsOf = groupBy(stand.here.records, ({ sipCallId }) => sipCallId);
  for (const call of stand.carrier.calls) {
    const { callId } = call.invite;
    const finals = [...(finalsOf.get(callId) ?? [])];
    expect(finals, `final responses to ${callId}`).toHaveLength(1);
    const up = upOf.get(callId) ?? [];
    expect(up.length, `answered legs of ${callId}`).toBeLessThanOrEqual(1);
    const records = recordsOf.get(callId) ?? [];
    for (const record of records) {
      expect(`${record.finalStatus}`, 'the status in the call record').toBe(finals[0]?.split(' ')[0]);
      const answered = record.attempts.filter(({ outcome }) => outcome.kind === 'answered');
      expect(answered.length, 'answered attempts in the call record').toBe(record.finalStatus < 300 ? 1 : 0);
    }
    expect(records.length, `call records of ${callId}`).toBeLessThanOrEqual(1);
  }
}

/** The final responses that a trunk server gave the carrier by Call-ID, each once, whatever was lost on the way. */
export function finalsOnWire(stand: Stand): ReadonlyMap<string, ReadonlySet<string>> {
  const finals = new Map<string, Set<string>>();
  for (const { from, to, message } of stand.wire()) {
    if (message.kind !== 'response' || message.status < 200 || message.cseq !== 1) continue;
    if (from !== stand.here.name || to !== 'carrier' || message.cseqMethod !== 'INVITE') continue;
    const ofCall = finals.get(message.callId) ?? new Set();
    finals.set(message.callId, ofCall.add(`${message.status} ${message.toTag}`));
  }
  return finals;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
