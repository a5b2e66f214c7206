import { afterEach, describe, expect, test } from 'vitest';
import { NO_LIMITS, SerialHunt } from '../../../test/support/serial-hunt.ts';
import { sipRequest } from '../../../test/support/sip-core.ts';
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

describe('§16.7: what goes on to the caller', () => {
  test('a 100 of our own at once, that of the target never (step 5)', () => {
    call();
    hunt.answer(0, 100);
    expect(hunt.toCaller()).toEqual(['100']);
  });

  test('every other provisional response, retransmitted ones too (RFC 3262)', () => {
    call();
    for (const status of [180, 183, 183, 199]) hunt.answer(0, status);
    expect(hunt.toCaller()).toEqual(['100', '180', '183', '183', '199']);
    expect(hunt.told).toEqual(['rang 0']);
  });

  test('the 2xx, at once; its retransmissions too (RFC 6026 section 7.1)', () => {
    call();
    hunt.answer(0, 180);
    hunt.answer(0, 200);
    hunt.core.wait(500);
    hunt.answer(0, 200);
    expect(hunt.toCaller()).toEqual(['100', '180', '200', '200']);
    expect(hunt.told).toEqual(['rang 0', 'finished 200 by 0']);
    expect(hunt.toTarget(0)).toEqual(['INVITE']);
  });

  test('with the To that the caller sent and the tag of the target', () => {
    call();
    hunt.answer(0, 200);
    const response = hunt.core.response();
    expect(response.headers.value(HeaderId.To)).toBe('<sip:+12125551234@192.0.2.10>;tag=bob0');
    expect(response.headers.values(HeaderId.Via)).toEqual([
      'SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller1',
    ]);
  });

  test('no failure as long as there is another target', () => {
    call(3);
    hunt.answer(0, 503);
    hunt.answer(1, 404);
    expect(hunt.toCaller()).toEqual(['100']);
    hunt.answer(2, 200);
    expect(hunt.toCaller()).toEqual(['100', '200']);
    expect(hunt.told).toEqual(['failed 0 503', 'failed 1 404', 'finished 200 by 2']);
  });

  test('the best response when all have failed (step 6)', () => {
    call(3);
    hunt.answer(0, 603);
    hunt.answer(1, 404);
    hunt.answer(2, 500);
    expect(hunt.toCaller()).toEqual(['100', '603']);
    expect(hunt.core.response().toTag).toBe('bob0');
  });

  test('a 503 as 500 (step 6)', () => {
    call(1);
    hunt.answer(0, 503, { headers: 'Retry-After: 60\r\n' });
    expect(hunt.toCaller()).toEqual(['100', '500']);
    expect(hunt.core.response().headers.has(HeaderId.RetryAfter)).toBe(false);
    expect(hunt.told.at(-1)).toBe('finished 500');
  });

  test('480 when no target has answered at all', () => {
    call(1);
    hunt.core.wait(4_000);
    expect(hunt.toCaller()).toEqual(['100', '480']);
    expect(hunt.core.response().toTag).toBe('us');
  });

  test('a 401 with the challenges of all (step 7)', () => {
    call(2);
    hunt.answer(0, 407, { headers: 'Proxy-Authenticate: Digest realm="a"\r\n' });
    hunt.answer(1, 401, { headers: 'WWW-Authenticate: Digest realm="b"\r\n' });
    const { headers, status } = hunt.core.response();
    expect(status).toBe(401);
    expect(headers.values(HeaderId.WwwAuthenticate)).toEqual(['Digest realm="b"']);
    expect(headers.values(HeaderId.ProxyAuthenticate)).toEqual(['Digest realm="a"']);
  });

  test('a status that the transaction user chose', () => {
    call(1, NO_LIMITS);
    hunt.context.finish({ kind: 'status', status: 404, reason: 'No Such DID' }, hunt.core.now);
    expect(hunt.core.response()).toMatchObject({ status: 404, reason: 'No Such DID' });
    hunt.context.finish({ kind: 'status', status: 500 }, hunt.core.now);
    expect(hunt.toCaller()).toEqual(['100', '404']);
  });

  test('step 10: what is pending then is cancelled', () => {
    call(1, NO_LIMITS);
    hunt.answer(0, 180);
    hunt.context.finish({ kind: 'status', status: 480 }, hunt.core.now);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
    hunt.answer(0, 487);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL', 'ACK']);
  });

  test("the caller's INVITE that comes again gets the last response and reaches no target", () => {
    call();
    hunt.answer(0, 180);
    hunt.core.receive(hunt.inviteText, hunt.core.caller);
    expect(hunt.toCaller()).toEqual(['100', '180', '180']);
    expect(hunt.toTarget(0)).toEqual(['INVITE']);
  });
});

describe('§16.7 step 3: a response without a Via below ours is not forwarded', () => {
  /** What `answer` does, by a callee that keeps only the top Via. */
  function answerAlone(status: number): void {
    const copy = hunt.copies[0];
    if (copy === undefined) throw new Error('there is no copy');
    const text = copy.text.replace(`Via: ${copy.nextVia}\r\n`, '');
    hunt.copies[0] = sipRequest(text);
    hunt.answer(0, status);
    hunt.copies[0] = copy;
  }

  test('a provisional one counts as a sign of life', () => {
    call(1);
    answerAlone(180);
    hunt.core.wait(24_000);
    expect(hunt.toCaller()).toEqual(['100']);
    expect(hunt.toTarget(0)).toEqual(['INVITE']);
  });

  test('a failure counts, and the caller gets a response of our own', () => {
    call(1);
    answerAlone(486);
    expect(hunt.toCaller()).toEqual(['100', '486']);
    expect(hunt.core.response()).toMatchObject({ toTag: 'us', via: { branch: 'z9hG4bKcaller1' } });
  });

  test('an answer is hung up, once, and the next target is tried', () => {
    call(2);
    answerAlone(200);
    answerAlone(200);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'ACK', 'BYE', 'ACK']);
    expect(hunt.told).toEqual(['failed 0 silent']);
    hunt.answer(1, 200);
    expect(hunt.toCaller()).toEqual(['100', '200']);
  });
});

test('no target is started after the answer', () => {
  call(2);
  hunt.answer(0, 200);
  hunt.tryNext();
  expect(hunt.branches).toHaveLength(1);
});
