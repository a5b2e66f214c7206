import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ending, PatientQueue } from './patient-queue.ts';

class Waiting implements Ending {
  nextEnding: Ending | undefined = undefined;
  readonly since: number;

  constructor(since: number) {
    this.since = since;
  }

  due(): void {}
}

const DURATION = 1_000;

test('each ends once: not before its time, and at most the patience after it', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add'), count: fc.nat(40) }),
    fc.record({ kind: fc.constant('wait'), count: fc.nat(600) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1, 50, 200), (steps, patience) => {
      const queue = new PatientQueue(DURATION, patience);
      const added = new Set<Ending>();
      let now = 1_800_000_000_000;
      for (const { kind, count } of [...steps, { kind: 'wait', count: DURATION + patience }]) {
        for (let i = 0; kind === 'add' && i < count; i += 1) {
          const one = new Waiting(now);
          queue.add(one, now);
          added.add(one);
        }
        if (kind === 'wait') {
          const until = now + count;
          while (queue.firstTime <= until) {
            now = queue.firstTime;
            const one = queue.take();
            if (!(one instanceof Waiting)) throw new Error('there was nothing although something was due');
            expect(added.delete(one)).toBe(true);
            expect(now - one.since).toBeGreaterThanOrEqual(DURATION);
            expect(now - one.since).toBeLessThanOrEqual(DURATION + patience);
            expect(one.nextEnding).toBeUndefined();
          }
          now = until;
        }
        expect(queue.size).toBe(added.size);
      }
      expect([queue.size, queue.firstTime, queue.take()]).toEqual([0, Number.POSITIVE_INFINITY, undefined]);
    }),
    { numRuns: 100 },
  );
});

test('where time runs backwards one is late, and none is lost', () => {
  const queue = new PatientQueue(DURATION, 0);
  queue.add(new Waiting(500), 500);
  queue.add(new Waiting(400), 400);
  expect([queue.size, queue.firstTime]).toEqual([2, 1_500]);
  queue.take();
  expect([queue.size, queue.firstTime]).toEqual([1, 1_500]);
});
