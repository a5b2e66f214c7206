import { expect, test } from 'vitest';
import { did, e164 } from '../../test/support/store-contract.ts';
import { accountId, trunkGroupId } from '../domain/ids.ts';
import { DidTable } from './did-table.ts';

const FIRST = e164('+12125550100');
const SECOND = e164('+442079460100');
const GROUPS = new Map(
  ['tg_1', 'tg_2'].map((id) => [id, { id: trunkGroupId(id), account: accountId(`acc of ${id}`) }]),
);

function taken(lines: string): DidTable {
  const table = new DidTable();
  table.take(lines, (id) => GROUPS.get(id));
  return table;
}

test('DIDs come as lines, each with its trunk group, and get the account from that', () => {
  const table = taken(`${FIRST} tg_1\n${SECOND} tg_2`);
  expect(table.get(FIRST)).toEqual({ number: FIRST, account: 'acc of tg_1', trunkGroup: 'tg_1' });
  expect(table.get(SECOND)).toEqual({ number: SECOND, account: 'acc of tg_2', trunkGroup: 'tg_2' });
  expect([table.size, table.has(FIRST), table.has(e164('+12125550101'))]).toEqual([2, true, false]);
  expect(taken('').size).toBe(0);
});

test('a trunk group that is not there is a bug, and no DID of nobody', () => {
  expect(() => taken(`${FIRST} tg_3`)).toThrow('tg_3');
});

test('settings of its own come and go, and it is one DID all the time', () => {
  const table = taken(`${FIRST} tg_1`);
  const own = { ...did(FIRST), failover: { number: SECOND } };
  for (const set of [own, did(FIRST), own]) {
    table.set(set);
    expect([table.size, table.get(FIRST)]).toEqual([1, set]);
  }
  table.delete(FIRST);
  expect([table.size, table.has(FIRST), table.get(FIRST)]).toEqual([0, false, undefined]);
});

test('a DID that moves belongs to the other trunk group alone', () => {
  const table = taken(`${FIRST} tg_1\n${SECOND} tg_1`);
  const moved = { number: FIRST, account: accountId('acc of tg_2'), trunkGroup: trunkGroupId('tg_2') };
  table.set(moved);
  expect([table.size, table.get(FIRST), table.get(SECOND)?.trunkGroup]).toEqual([2, moved, 'tg_1']);
});
