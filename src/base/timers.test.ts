import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ending, NO_TIMER, Timer, Timers } from './timers.ts';

/** Writes down which of its timers fired, and when. */
class Log {
  readonly fired: string[] = [];
  /** What happens when a timer fires. */
  onFire: (kind: string, now: number) => void = () => {};

  timerFired(kind: string, now: number): void {
    this.fired.push(`${kind}@${now}`);
    this.onFire(kind, now);
  }
}

function timer(log: Log, kind: string): Timer<string> {
  return new Timer(log, kind);
}

function ending(log: Log, kind: string): Ending {
  return { nextEnding: undefined, due: (now) => log.timerFired(kind, now) };
}

describe('Timers', () => {
  test('fire in the order in which they fall due, whatever the order of setting', () => {
    const timers = new Timers();
    const log = new Log();
    timers.set(timer(log, 'c'), 300, 0);
    timers.set(timer(log, 'a'), 100, 0);
    timers.set(timer(log, 'b'), 200, 0);
    timers.advance(1_000);
    expect(log.fired).toEqual(['a@1000', 'b@1000', 'c@1000']);
    expect(timers.running).toBe(0);
  });

  test('fire in the order of setting when they fall due at the same time', () => {
    const timers = new Timers();
    const log = new Log();
    timers.set(timer(log, 'first'), 400, 0);
    timers.set(timer(log, 'second'), 300, 100);
    timers.set(timer(log, 'third'), 400, 0);
    timers.advance(400);
    expect(log.fired).toEqual(['first@400', 'second@400', 'third@400']);
  });

  test('fire at their deadline and not a millisecond before', () => {
    const timers = new Timers();
    const log = new Log();
    timers.set(timer(log, 'a'), 500, 1_000);
    expect(timers.nextDeadline()).toBe(1_500);
    timers.advance(1_499);
    expect(log.fired).toEqual([]);
    timers.advance(1_500);
    expect(log.fired).toEqual(['a@1500']);
    expect(timers.nextDeadline()).toBeUndefined();
  });

  test('a restarted timer fires once, at its new deadline', () => {
    const timers = new Timers();
    const log = new Log();
    const a = timer(log, 'a');
    timers.set(a, 100, 0);
    timers.set(a, 100, 50);
    expect(timers.running).toBe(1);
    timers.advance(100);
    expect(log.fired).toEqual([]);
    timers.advance(150);
    timers.advance(1_000);
    expect(log.fired).toEqual(['a@150']);
  });

  test('a timer that fires may be set again, for the same moment or a later one', () => {
    const timers = new Timers();
    const log = new Log();
    const a = timer(log, 'a');
    let left = 2;
    log.onFire = (_, now) => {
      left -= 1;
      if (left >= 0) timers.set(a, left === 0 ? 500 : 0, now);
    };
    timers.set(a, 500, 0);
    timers.advance(500);
    expect(log.fired).toEqual(['a@500', 'a@500']);
    timers.advance(1_000);
    expect(log.fired).toEqual(['a@500', 'a@500', 'a@1000']);
    expect(timers.running).toBe(0);
  });

  test('a timer can be cancelled by another one that falls due at the same time', () => {
    const timers = new Timers();
    const log = new Log();
    const doomed = timer(log, 'doomed');
    log.onFire = () => timers.cancel(doomed);
    timers.set(timer(log, 'a'), 100, 0);
    timers.set(doomed, 100, 0);
    timers.advance(100);
    expect(log.fired).toEqual(['a@100']);
    expect(doomed.running).toBe(false);
  });

  test('cancelling what does not run changes nothing', () => {
    const timers = new Timers();
    const log = new Log();
    const a = timer(log, 'a');
    timers.set(timer(log, 'b'), 100, 0);
    timers.cancel(a);
    timers.set(a, 100, 0);
    timers.cancel(a);
    timers.cancel(a);
    expect(timers.running).toBe(1);
    timers.advance(100);
    timers.cancel(a);
    expect(log.fired).toEqual(['b@100']);
  });

  test('ten thousand timers of ten thousand durations keep their order and leave nothing behind', () => {
    const timers = new Timers();
    const log = new Log();
    const all: Timer<string>[] = [];
    for (let i = 0; i < 10_000; i += 1) {
      const one = timer(log, String(i));
      all.push(one);
      timers.set(one, 1 + ((i * 7_919) % 10_000), 0);
    }
    for (const [i, one] of all.entries()) if (i % 2 === 1) timers.cancel(one);
    expect(timers.running).toBe(5_000);
    let before = -1;
    for (let next = timers.nextDeadline(); next !== undefined; next = timers.nextDeadline()) {
      expect(next).toBeGreaterThan(before);
      before = next;
      timers.advance(next);
    }
    expect(log.fired).toHaveLength(5_000);
    expect(timers.running).toBe(0);
    expect(all.some((one) => one.running)).toBe(false);
  });

  test('a timer without an object of its own is known by its number, and an old number means nothing', () => {
    const timers = new Timers();
    const fired: number[] = [];
    const owner = { due: (now: number) => fired.push(now) };
    const first = timers.start(NO_TIMER, owner, 100, 0);
    const second = timers.start(first, owner, 200, 0);
    expect(timers.running).toBe(1);
    timers.stop(first);
    expect(timers.running).toBe(1);
    timers.advance(200);
    timers.stop(second);
    timers.start(NO_TIMER, owner, 100, 200);
    timers.stop(second);
    expect(timers.running).toBe(1);
    timers.advance(300);
    expect(fired).toEqual([200, 300]);
  });

  test('what ends may be told as late as the patience allows, and is told with whatever else is due', () => {
    const timers = new Timers(100);
    const log = new Log();
    timers.endAfter(1_000, ending(log, 'a'), 10);
    timers.endAfter(1_000, ending(log, 'b'), 50);
    expect(timers.nextDeadline()).toBe(1_100);
    timers.endAfter(500, ending(log, 'c'), 60);
    expect([timers.nextDeadline(), timers.running]).toEqual([600, 3]);
    timers.advance(600);
    timers.set(timer(log, 'd'), 1_000, 100);
    timers.set(timer(log, 'e'), 1_000, 101);
    timers.advance(1_101);
    expect(log.fired.toSorted()).toEqual(['a@1101', 'b@1101', 'c@600', 'd@1101', 'e@1101']);
    expect(log.fired.slice(0, 2)).toEqual(['c@600', 'd@1101']);
    expect([timers.nextDeadline(), timers.running]).toEqual([undefined, 0]);
  });

  test('a lower bound of the next deadline is right again when its time has come', () => {
    const timers = new Timers();
    const log = new Log();
    const early = timer(log, 'early');
    timers.set(early, 100, 0);
    timers.set(timer(log, 'late'), 300, 0);
    timers.cancel(early);
    expect([timers.notBefore, timers.nextDeadline()]).toEqual([100, 300]);
    timers.advance(100);
    expect([timers.notBefore, log.fired]).toEqual([300, []]);
    timers.advance(300);
    expect([timers.notBefore, log.fired]).toEqual([Number.POSITIVE_INFINITY, ['late@300']]);
  });

  test('do what a sorted list would do', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('set'), of: fc.nat(15), by: fc.nat(200) }) },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('end'), of: fc.nat(15), by: fc.nat(4).map((n) => n * 20) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('cancel'), of: fc.nat(15), by: fc.constant(0) }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait'), of: fc.constant(0), by: fc.nat(150) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const timers = new Timers();
        const log = new Log();
        const ends = new Log();
        const all = Array.from({ length: 16 }, (_, i) => timer(log, String(i)));
        let model: { of: number; at: number; ends: boolean }[] = [];
        const expected: string[] = [];
        let now = 0;
        let ended = 0;
        for (const { kind, of, by } of steps) {
          const one = all[of];
          if (one === undefined) continue;
          if (kind === 'wait') {
            now += by;
            timers.advance(now);
            for (const due of model.filter((entry) => entry.at <= now)) {
              if (due.ends) ended += 1;
              else expected.push(`${due.of}@${now}`);
            }
            model = model.filter((entry) => entry.at > now);
          } else if (kind === 'end') {
            timers.endAfter(by, ending(ends, String(by)), now);
            model.push({ of, at: now + by, ends: true });
          } else {
            model = model.filter((entry) => entry.ends || entry.of !== of);
            if (kind === 'cancel') timers.cancel(one);
            else {
              timers.set(one, by, now);
              model.push({ of, at: now + by, ends: false });
            }
          }
          // Sorting is stable: what was set first stays first.
          model.sort((a, b) => a.at - b.at);
          expect(timers.running).toBe(model.length);
          expect(timers.nextDeadline()).toBe(model[0]?.at);
          expect(timers.notBefore).toBeLessThanOrEqual(model[0]?.at ?? Number.POSITIVE_INFINITY);
          expect(one.running).toBe(model.some((entry) => !entry.ends && entry.of === of));
        }
        expect(log.fired).toEqual(expected);
        expect(ends.fired).toHaveLength(ended);
      }),
    );
  });
});
