import { afterEach, describe, expect, test } from 'vitest';
import { NO_LIMITS, SerialHunt } from '../../../test/support/serial-hunt.ts';
import { HeaderId } from '../message/header-name.ts';
import type { BranchLimits } from './branch.ts';

const LIMITS: BranchLimits = { noResponse: 4_000, noProgress: 10_000, ring: 25_000 };

let hunt: SerialHunt;

/** A call with that many targets. */
function call(targets = 2, limits = LIMITS): void {
  hunt = new SerialHunt({ targets: Array.from({ length: targets }, () => limits) });
}

afterEach(() => {
  hunt.core.expectNothingLeft();
});

describe('the time that a target may take', () => {
  test('nothing at all comes: the next one, and no CANCEL (9.1)', () => {
    call();
    hunt.core.wait(3_999);
    expect(hunt.told).toEqual([]);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['failed 0 silent']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'INVITE', 'INVITE', 'INVITE']);
    hunt.core.wait(3_000);
    expect(hunt.toTarget(0)).toHaveLength(4);
    expect(hunt.toTarget(1)).toEqual(['INVITE', 'INVITE', 'INVITE']);
  });

  test('nothing but a 100 comes: the next one, and a CANCEL', () => {
    call();
    hunt.core.wait(1_000);
    hunt.answer(0, 100);
    hunt.core.wait(8_999);
    expect(hunt.told).toEqual([]);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['failed 0 noProgress']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'INVITE', 'CANCEL']);
  });

  test('nobody answers within the ring limit: the next one, and a CANCEL', () => {
    call();
    hunt.core.wait(2_000);
    hunt.answer(0, 180);
    hunt.core.wait(10_000);
    hunt.answer(0, 180);
    hunt.core.wait(14_999);
    expect(hunt.told).toEqual(['rang 0']);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['rang 0', 'failed 0 noAnswer']);
    expect(hunt.toTarget(0).at(-1)).toBe('CANCEL');
  });

  test.each([181, 182])('a %i is progress, but nobody has been asked yet: it is no ringing', (status) => {
    call();
    hunt.answer(0, status);
    expect(hunt.told).toEqual([]);
    hunt.core.wait(24_999);
    hunt.answer(0, 180);
    expect(hunt.told).toEqual(['rang 0']);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['rang 0', 'failed 0 noAnswer']);
  });

  test('a 199 (RFC 6228) is no progress', () => {
    call();
    hunt.answer(0, 199);
    hunt.core.wait(10_000);
    expect(hunt.told).toEqual(['failed 0 noProgress']);
  });

  test('a 100 that comes after a 180 changes nothing', () => {
    call();
    hunt.answer(0, 180);
    hunt.answer(0, 100);
    hunt.core.wait(24_999);
    expect(hunt.told).toEqual(['rang 0']);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['rang 0', 'failed 0 noAnswer']);
  });

  test('without limits Timer B ends a silent target', () => {
    call(1, NO_LIMITS);
    hunt.core.wait(32_000);
    expect(hunt.told).toEqual(['failed 0 silent', 'finished 480']);
  });

  test('§16.8: without limits Timer C ends one that only said 100', () => {
    call(1, NO_LIMITS);
    hunt.answer(0, 100);
    hunt.core.wait(180_999);
    expect(hunt.told).toEqual([]);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['failed 0 noProgress', 'finished 480']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
  });

  test('§16.7 step 2: each provisional response but 100 starts Timer C again', () => {
    call(1, NO_LIMITS);
    for (let i = 0; i < 3; i += 1) {
      hunt.answer(0, 180);
      hunt.core.wait(180_000);
    }
    hunt.answer(0, 100);
    hunt.core.wait(999);
    expect(hunt.told).toEqual(['rang 0']);
    hunt.core.wait(1);
    expect(hunt.told).toEqual(['rang 0', 'failed 0 noAnswer', 'finished 480']);
  });

  test('a refused port ends a silent target at once, one that has said something does not care', () => {
    call();
    hunt.branches[0]?.refused(hunt.core.now);
    expect(hunt.told).toEqual(['failed 0 transportFailed']);
    hunt.answer(1, 100);
    hunt.branches[1]?.refused(hunt.core.now);
    expect(hunt.told).toEqual(['failed 0 transportFailed']);
  });
});

test('an answered target has all the time in the world', () => {
  call();
  hunt.answer(0, 180);
  hunt.answer(0, 200);
  hunt.core.wait(200_000);
  expect(hunt.told).toEqual(['rang 0', 'finished 200 by 0']);
});

describe('a target that had been given up', () => {
  test('gets its CANCEL with the first provisional response (9.1), and that is not forwarded', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(0, 180);
    hunt.answer(0, 180);
    expect(hunt.toTarget(0).slice(4)).toEqual(['CANCEL']);
    expect(hunt.toCaller()).toEqual(['100']);
    hunt.answer(0, 487);
    expect(hunt.told).toEqual(['failed 0 silent']);
  });

  test('may still answer while the caller waits: then the other one is cancelled', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(1, 180);
    hunt.answer(0, 200);
    expect(hunt.toCaller()).toEqual(['100', '180', '200']);
    expect(hunt.told).toEqual(['failed 0 silent', 'rang 1', 'finished 200 by 0']);
    expect(hunt.toTarget(1)).toEqual(['INVITE', 'CANCEL']);
  });

  test('RFC 3326: the other one hears that the call was completed elsewhere', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(1, 180);
    hunt.answer(0, 200);
    expect(hunt.core.request('CANCEL').headers.value(HeaderId.Reason)).toBe(
      'SIP;cause=200;text="Call completed elsewhere"',
    );
  });

  test('its failure counts no more', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(0, 603);
    hunt.answer(1, 404);
    expect(hunt.toCaller()).toEqual(['100', '404']);
  });

  test('is over 64*T1 after its CANCEL, final response or not (9.1)', () => {
    call(1);
    hunt.answer(0, 100);
    hunt.core.wait(10_000);
    hunt.core.wait(31_999);
    hunt.answer(0, 180);
    expect(hunt.core.strays).toHaveLength(0);
    hunt.core.wait(1);
    hunt.answer(0, 180);
    expect(hunt.core.strays).toHaveLength(1);
  });
});

test('§17.1.1.2: each failure is acknowledged to its target', () => {
  call(3);
  hunt.answer(0, 486);
  hunt.answer(0, 486);
  hunt.answer(1, 404);
  hunt.answer(2, 200);
  expect(hunt.toTarget(0)).toEqual(['INVITE', 'ACK', 'ACK']);
  expect(hunt.toTarget(1)).toEqual(['INVITE', 'ACK']);
  expect(hunt.toTarget(2)).toEqual(['INVITE']);
});
