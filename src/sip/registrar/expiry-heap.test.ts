import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Due, ExpiryHeap } from './expiry-heap.ts';

test('the first is always the earliest, however members are placed, moved and taken out', () => {
  const steps = fc.array(fc.tuple(fc.nat(63), fc.option(fc.nat(1000))), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(steps, (list) => {
      const heap = new ExpiryHeap<Due>();
      const members = Array.from({ length: 64 }, (): Due => ({ dueAt: 0, heapIndex: -1 }));
      const inside = new Set<Due>();
      for (const [index, dueAt] of list) {
        const member = members[index];
        if (member === undefined) continue;
        if (dueAt === null) {
          heap.remove(member);
          inside.delete(member);
        } else {
          member.dueAt = dueAt;
          heap.place(member);
          inside.add(member);
        }
      }
      const drained: number[] = [];
      for (let first = heap.first(); first !== undefined; first = heap.first()) {
        drained.push(first.dueAt);
        heap.remove(first);
      }
      expect(drained).toEqual([...inside].map(({ dueAt }) => dueAt).sort((a, b) => a - b));
    }),
  );
});

test('a member that takes the place of one taken out far below may have to rise', () => {
  const heap = new ExpiryHeap<Due>();
  const member = (dueAt: number): Due => ({ dueAt, heapIndex: -1 });
  const deep = member(100);
  for (const one of [member(1), member(90), member(2), deep, member(110), member(3), member(4)])
    heap.place(one);
  heap.remove(deep);
  const drained: number[] = [];
  for (let first = heap.first(); first !== undefined; first = heap.first()) {
    drained.push(first.dueAt);
    heap.remove(first);
  }
  expect(drained).toEqual([1, 2, 3, 4, 90, 110]);
});
