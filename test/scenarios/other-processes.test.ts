import { expect } from 'vitest';
import { trunkServerId } from '../../src/domain/ids.ts';
import type { PeerAddress } from '../../src/link/routing.ts';
import { answers } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import type { Stand } from './stand.ts';
import type { TrunkNode } from './trunk-node.ts';

/** What the database says of the other trunk servers while the service runs. */
function peersOf(trunk: TrunkNode, ...peers: readonly PeerAddress[]): void {
  trunk.command({ kind: 'peers', peers });
}

function other(stand: Stand, more: Partial<PeerAddress> = {}): PeerAddress {
  const { name, address, port } = stand.other;
  return { id: trunkServerId(name), address, port, ...more };
}

atBothTrunkServers((scenario) => {
  scenario('a trunk server that comes later is handed calls from then on', {}, (stand) => {
    stand.register(stand.other);
    stand.pbx.behaviour = answers(0);
    peersOf(stand.here);
    const before = stand.call();
    stand.run(1_000);
    expect(before.finals).toEqual([480]);
    peersOf(stand.here, other(stand));
    const after = stand.call();
    stand.run(1_000);
    expect(after.finals).toEqual([200]);
    after.bye();
    stand.run(1_000);
  });

  scenario('one that is away is not asked, so nobody waits for it', {}, (stand) => {
    peersOf(stand.here, other(stand, { away: true }));
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual([]);
    expect(call.finals).toEqual([480]);
    // One hop there, one back.
    expect(call.finalAfter).toBe(10);
  });

  scenario('a hand-over from an address that no trunk server has is refused', {}, (stand) => {
    stand.register(stand.other);
    peersOf(stand.other);
    const call = stand.call();
    stand.run(1_000);
    expect(call.finals).toEqual([403]);
    expect(stand.attempts()).toEqual(['registered skipped notRegistered', 'otherTrunkServer rejected 403']);
  });
});
