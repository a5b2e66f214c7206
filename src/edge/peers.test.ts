import { expect, test } from 'vitest';
import { UdpFlows } from '../base/flow.ts';
import { trunkServerId } from '../domain/ids.ts';
import type { PeerAddress } from '../link/routing.ts';
import { Peers } from './peers.ts';

const SELF = { id: trunkServerId('trunk1'), address: '198.51.100.1', port: 5060 };

function peer(name: string, address: string, more: Partial<PeerAddress> = {}): PeerAddress {
  return { id: trunkServerId(name), address, port: 5060, ...more };
}

test('calls are handed to those that are there, in order; one that is away may still hand over', () => {
  const peers = new Peers(
    SELF,
    [peer('trunk2', '198.51.100.2'), peer('trunk3', '198.51.100.3', { away: true })],
    new UdpFlows(),
  );
  expect(peers.ids).toEqual(['trunk2']);
  expect(peers.has('198.51.100.3')).toBe(true);
  expect(peers.has('198.51.100.4')).toBe(false);
});

test('a peer is sent to at its hand-over address, and named by its own', () => {
  const peers = new Peers(SELF, [peer('trunk2', '198.51.100.2', { handOver: '10.0.0.2' })], new UdpFlows());
  const target = peers.target(trunkServerId('trunk2'));
  expect(target).toMatchObject({
    authority: '198.51.100.2:5060',
    flow: { address: '10.0.0.2', port: 5060 },
  });
  expect(peers.flowTo('198.51.100.2', 5060).address).toBe('10.0.0.2');
  expect(peers.flowTo('198.51.100.2', 5070).address).toBe('198.51.100.2');
  expect([peers.has('198.51.100.2'), peers.has('10.0.0.2')]).toEqual([true, true]);
});

test('none of us can be a Contact or a backup, whoever came last', () => {
  const peers = new Peers(SELF, [], new UdpFlows());
  expect(peers.isOurs('198.51.100.2', 5060)).toBe(false);
  peers.replace([peer('trunk2', '198.51.100.2', { handOver: '10.0.0.2' })]);
  expect(peers.isOurs('198.51.100.2', 5060)).toBe(true);
  expect(peers.isOurs('10.0.0.2', 5060)).toBe(true);
  expect(peers.isOurs('198.51.100.1', 5060)).toBe(true);
  expect(peers.isOurs('198.51.100.2', 5061)).toBe(false);
});
