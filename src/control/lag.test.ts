import { describe, expect, test } from 'vitest';
import { trunkServerId } from '../domain/ids.ts';
import { LagWatch } from './lag.ts';

const TRUNK1 = trunkServerId('trunk1');

describe('a trunk server', () => {
  function watch() {
    const logged: string[] = [];
    const lag = new LagWatch((level, message) => logged.push(`${level}: ${message}`));
    return { lag, logged, at: (revision: number | undefined) => [{ id: TRUNK1, revision }] };
  }

  test('lags once it lacks a revision for more than a second, and the log says so once', () => {
    const { lag, logged, at } = watch();
    lag.newestIs(7, 1_000);
    lag.newestIs(8, 1_900);
    lag.check(at(6), 2_000);
    expect(lag.of(TRUNK1)).toBeUndefined();
    lag.check(at(6), 2_001);
    lag.check(at(6), 9_000);
    expect(lag.of(TRUNK1)).toEqual({ revision: 7, since: 1_000 });
    expect(logged).toEqual(['warn: a trunk server lags: it does not route by the newest settings']);
  });

  test('still lags while it catches up, by the oldest revision that it lacks; the log says once that it is over', () => {
    const { lag, logged, at } = watch();
    lag.newestIs(7, 1_000);
    lag.newestIs(8, 1_900);
    lag.check(at(6), 3_000);
    lag.check(at(7), 3_000);
    expect(lag.of(TRUNK1)).toEqual({ revision: 8, since: 1_900 });
    lag.check(at(8), 3_001);
    lag.check(at(8), 3_002);
    expect(lag.of(TRUNK1)).toBeUndefined();
    expect(logged.slice(1)).toEqual(['info: a trunk server lags no longer']);
  });

  test('does not lag where revisions come fast and it is close behind each', () => {
    const { lag, logged, at } = watch();
    for (let revision = 1; revision < 100; revision += 1) {
      lag.newestIs(revision, revision * 100);
      lag.check(at(revision - 5), revision * 100);
    }
    expect(logged).toEqual([]);
    expect(lag.behind(95, 10_000)).toBe(10_000 - 9_600);
  });

  test('that does not run is down and does not lag', () => {
    const { lag, at } = watch();
    lag.newestIs(7, 1_000);
    lag.check(at(6), 3_000);
    lag.check(at(undefined), 3_100);
    expect(lag.of(TRUNK1)).toBeUndefined();
    expect(lag.behind(undefined, 9_000)).toBe(0);
  });
});
