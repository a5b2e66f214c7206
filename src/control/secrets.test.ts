import { describe, expect, test } from 'vitest';
import { eachWithStand, must } from '../../test/support/control-stand.ts';
import { THE_OPERATOR } from './asker.ts';

const stand = eachWithStand();

describe('secrets', () => {
  test('are made once; the operator key is told once and kept as its hash alone', async () => {
    const key = stand().running.freshOperatorKey;
    const signingKey = stand().running.signingKey;
    if (key === undefined) throw new Error('no key was made');
    expect(must(await stand().controlPlane.holderOf(key))).toEqual(THE_OPERATOR);
    expect(must(await stand().controlPlane.holderOf(`${key}x`))).toBeUndefined();
    expect(JSON.stringify(await stand().db.selectFrom('secrets').selectAll().execute())).not.toContain(key);
    must(await stand().running.keepFreshOperatorKey());
    await stand().restart();
    expect(stand().running.freshOperatorKey).toBeUndefined();
    expect(must(await stand().controlPlane.holderOf(key))).toEqual(THE_OPERATOR);
    expect(stand().running.signingKey).toBe(signingKey);
  });

  test('an operator key that was never told, because the start failed before, is made anew', async () => {
    const never = stand().running.freshOperatorKey ?? '';
    await stand().restart();
    expect(stand().running.freshOperatorKey).toEqual(expect.any(String));
    expect(must(await stand().controlPlane.holderOf(never))).toBeUndefined();
  });

  test('an operator key from the settings wins', async () => {
    const made = stand().running.freshOperatorKey ?? '';
    await stand().stop();
    await stand().start('from-the-environment');
    expect(must(await stand().controlPlane.holderOf('from-the-environment'))).toEqual(THE_OPERATOR);
    expect(must(await stand().controlPlane.holderOf(made))).toBeUndefined();
  });
});
