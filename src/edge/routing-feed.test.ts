import { expect, test } from 'vitest';
import { did, e164 } from '../../test/support/store-contract.ts';
import type { FromEdge } from '../link/messages.ts';
import type { RoutingChange } from '../link/routing.ts';
import { RoutingFeed } from './routing-feed.ts';

const FIRST = '+12125550100';
const SECOND = '+12125550101';
const THIRD = '+12125550102';

function added(number: string): RoutingChange {
  return { kind: 'did', did: did(number) };
}

function atRevision(revision: number) {
  const posted: FromEdge[] = [];
  const feed = new RoutingFeed([], (message) => posted.push(message));
  feed.receive({ kind: 'snapshotBegin' }, 0);
  feed.receive({ kind: 'snapshotEnd', revision }, 0);
  return { feed, posted, knows: (number: string) => feed.table.dids.has(e164(number)) };
}

test('a revision that comes in pieces counts when its last piece is there, all at once', () => {
  const { feed, posted, knows } = atRevision(4);
  feed.receive({ kind: 'changePart', revision: 5, changes: [added(FIRST)] }, 1);
  feed.receive({ kind: 'changePart', revision: 5, changes: [added(SECOND)] }, 2);
  expect([knows(FIRST), feed.table.revision]).toEqual([false, 4]);
  feed.receive({ kind: 'change', revision: 5, changes: [added(THIRD)] }, 3);
  expect([FIRST, SECOND, THIRD].map(knows)).toEqual([true, true, true]);
  expect(posted.at(-1)).toEqual({ kind: 'routingBy', revision: 5, at: 3 });
});

test('pieces of a revision that a snapshot has brought meanwhile count no more', () => {
  const { feed, knows } = atRevision(4);
  feed.receive({ kind: 'changePart', revision: 5, changes: [added(FIRST)] }, 1);
  feed.receive({ kind: 'snapshotBegin' }, 2);
  feed.receive({ kind: 'snapshotEnd', revision: 5 }, 2);
  feed.receive({ kind: 'change', revision: 6, changes: [added(SECOND)] }, 3);
  expect([knows(FIRST), knows(SECOND), feed.table.revision]).toEqual([false, true, 6]);
});
