import { expect, test } from 'vitest';
import { accountId, trunkServerId } from '../domain/ids.ts';
import type { ToEdge } from '../link/messages.ts';
import { NumberLegRelay } from './number-leg-relay.ts';

const [one, two, three] = [trunkServerId('trunk1'), trunkServerId('trunk2'), trunkServerId('trunk3')];
const acme = accountId('acme');

function relay() {
  const posted: [string, ToEdge][] = [];
  return {
    posted,
    relay: new NumberLegRelay([one, two, three], (to, message) => posted.push([to, message])),
  };
}

test('what one trunk server tells reaches every other, and not itself', () => {
  const { posted, relay: legs } = relay();
  legs.told(one, [[acme, 2]]);
  const message = { kind: 'numberLegs', trunkServer: 'trunk1', counts: [['acme', 2]], anew: false };
  expect(posted).toEqual([
    ['trunk2', message],
    ['trunk3', message],
  ]);
});

test('one that is started late learns how things stand', () => {
  const { posted, relay: legs } = relay();
  legs.told(one, [[acme, 2]]);
  legs.told(two, [[acme, 1]]);
  legs.told(two, [[acme, 0]]);
  posted.length = 0;
  legs.tellAll(three);
  expect(posted).toEqual([
    ['trunk3', { kind: 'numberLegs', trunkServer: 'trunk1', counts: [['acme', 2]], anew: true }],
  ]);
});

test('the legs of one that is gone count no more', () => {
  const { posted, relay: legs } = relay();
  legs.told(one, [[acme, 2]]);
  posted.length = 0;
  legs.forget(one);
  const message = { kind: 'numberLegs', trunkServer: 'trunk1', counts: [], anew: true };
  expect(posted).toEqual([
    ['trunk2', message],
    ['trunk3', message],
  ]);
  posted.length = 0;
  legs.forget(one);
  legs.tellAll(two);
  expect(posted).toEqual([]);
});
