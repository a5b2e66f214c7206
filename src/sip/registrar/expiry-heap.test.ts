import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Due, ExpiryHeap } from './expiry-heap.ts';

test('the first is always the earliest, however members are placed, moved and taken out', () => {
  const size = 40;
  const placed = fc.array(fc.nat(1000), { minLength: size, maxLength: size });
  const moved = fc.array(fc.tuple(fc.nat(size - 1), fc.option(fc.nat(1000))), { maxLength: 60 });
  const order = fc.shuffledSubarray([...Array(size).keys()], { minLength: size });
  fc.assert(
    fc.property(placed, moved, order, (times, moves, leaving) => {
      const heap = new ExpiryHeap<Due>();
      const members = times.map((dueAt): Due => ({ dueAt, heapIndex: -1 }));
      const inside = new Set<Due>();
      const change = (member: Due | undefined, dueAt: number | null): void => {
        if (member === undefined) return;
        if (dueAt === null) {
          heap.remove(member);
          inside.delete(member);
        } else {
          member.dueAt = dueAt;
          heap.place(member);
          inside.add(member);
        }
        expect(heap.first()?.dueAt ?? Infinity).toBe(Math.min(...[...inside].map((one) => one.dueAt)));
      };
      for (const member of members) change(member, member.dueAt);
      for (const [index, dueAt] of moves) change(members[index], dueAt);
      for (const index of leaving) change(members[index], null);
      expect(heap.first()).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});
