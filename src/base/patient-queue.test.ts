import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PatientQueue } from './patient-queue.ts';

/** Something that waits. */
function waiting() {
  return { place: 0 };
}

test('the first is the one that was added first of those that are still there, however many come and go', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add'), count: fc.nat(300) }),
    fc.record({ kind: fc.constant('removeFirst'), count: fc.nat(300) }),
    fc.record({ kind: fc.constant('removeSome'), count: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const queue = new PatientQueue<{ place: number }>(1_000);
      let model: { item: { place: number }; time: number; order: number; ticket: number }[] = [];
      let now = 0;
      const remove = (gone: typeof model): void => {
        for (const { ticket } of gone) queue.remove(ticket);
        model = model.filter((entry) => !gone.includes(entry));
      };
      for (const { kind, count } of steps) {
        if (kind === 'removeFirst') remove(model.slice(0, count));
        if (kind === 'removeSome') remove(model.filter((_, i) => i % 3 === count % 3));
        for (let i = 0; kind === 'add' && i < count; i += 1) {
          const item = waiting();
          now += 1;
          model.push({ item, time: now, order: 2 * now, ticket: queue.add(item, now, 2 * now) });
        }
        expect(queue.first).toBe(model[0]?.item);
        expect(queue.firstTime).toBe(model[0]?.time ?? Number.POSITIVE_INFINITY);
        if (model[0] !== undefined) expect(queue.firstOrder).toBe(model[0].order);
      }
    }),
    { numRuns: 50 },
  );
});

test('it takes nothing that is due before the last one', () => {
  const queue = new PatientQueue(1_000);
  const ticket = queue.add(waiting(), 500, 1);
  expect([queue.takes(499), queue.takes(500)]).toEqual([false, true]);
  queue.remove(ticket);
  expect(queue.takes(1)).toBe(true);
});
