import { afterEach, describe, expect, test } from 'vitest';
import { SerialHunt } from '../../../test/support/serial-hunt.ts';
import { HeaderId } from '../message/header-name.ts';
import type { BranchLimits } from './branch.ts';

const LIMITS: BranchLimits = { noResponse: 4_000, noProgress: 10_000, ring: 25_000 };

let hunt: SerialHunt;

/** A call with that many targets. */
function call(targets = 2, limits = LIMITS, invite: Readonly<Record<string, string>> = {}): void {
  hunt = new SerialHunt({ targets: Array.from({ length: targets }, () => limits), invite });
}

afterEach(() => {
  hunt.core.expectNothingLeft();
});

describe('§16.10: the caller cancels', () => {
  test('each target that rings gets a CANCEL, and its 487 goes on as ours', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
    expect(hunt.toCaller()).toEqual(['100', '180', '200 CANCEL']);
    hunt.answer(0, 487);
    expect(hunt.toCaller()).toEqual(['100', '180', '200 CANCEL', '487']);
    expect(hunt.told).toEqual(['rang 0', 'cancelled', 'finished 487']);
    expect(hunt.toTarget(1)).toEqual([]);
  });

  test('§9.1: the CANCEL is that of the copy', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    const cancel = hunt.core.request('CANCEL');
    const copy = hunt.copies[0];
    expect(cancel.uri).toBe(copy?.uri);
    expect(cancel.headers.elements(HeaderId.Via)).toEqual([copy?.via.toString()]);
    expect(cancel.headers.value(HeaderId.To)).toBe(copy?.headers.value(HeaderId.To));
    expect([cancel.cseq, cancel.callId, cancel.fromTag]).toEqual([7, copy?.callId, copy?.fromTag]);
  });

  test('RFC 3326: the reason that the caller gives is passed on', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp({
      reason: 'Reason: SIP;cause=200;text="Call completed elsewhere"\r\nReason: Q.850;cause=26',
    });
    expect(hunt.core.request('CANCEL').headers.values(HeaderId.Reason)).toEqual([
      'SIP;cause=200;text="Call completed elsewhere"',
      'Q.850;cause=26',
    ]);
  });

  test('an INVITE with more header fields than one that comes in may have is cancelled, too', () => {
    call(1, LIMITS, { many: 'X: y\r\n'.repeat(247).trimEnd() });
    hunt.answer(0, 180);
    hunt.hangUp();
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
  });

  test('nothing came from the target: 487 at once; no INVITE any more, a CANCEL when it is allowed', () => {
    call();
    hunt.hangUp();
    expect(hunt.toCaller()).toEqual(['100', '200 CANCEL', '487']);
    hunt.core.wait(600);
    expect(hunt.toTarget(0)).toEqual(['INVITE']);
    hunt.answer(0, 100);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
    hunt.answer(0, 487);
    hunt.core.wait(32_000);
    expect(hunt.toTarget(0).filter((name) => name !== 'CANCEL')).toEqual(['INVITE', 'ACK']);
  });

  test('a 2xx that crosses the CANCEL wins', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    hunt.answer(0, 200);
    expect(hunt.toCaller()).toEqual(['100', '180', '200 CANCEL', '200']);
    expect(hunt.told).toEqual(['rang 0', 'cancelled', 'finished 200 by 0']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'CANCEL']);
  });

  test('a 2xx after the 487 is hung up', () => {
    call();
    hunt.hangUp();
    hunt.answer(0, 200);
    expect(hunt.toCaller()).toEqual(['100', '200 CANCEL', '487']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'ACK', 'BYE']);
  });

  test('any other final response that crosses the CANCEL becomes 487', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    hunt.answer(0, 603);
    expect(hunt.toCaller().at(-1)).toBe('487');
    expect(hunt.toTarget(1)).toEqual([]);
  });

  test('a target that never confirms is waited for no longer than 64*T1', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    hunt.core.wait(31_999);
    expect(hunt.toCaller().at(-1)).toBe('200 CANCEL');
    hunt.core.wait(1);
    expect(hunt.toCaller().at(-1)).toBe('487');
  });

  test('a target that had been given up before is not waited for', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(0, 180);
    hunt.answer(1, 180);
    hunt.hangUp();
    hunt.answer(1, 487);
    expect(hunt.toCaller().at(-1)).toBe('487');
  });

  test('no target is started any more', () => {
    call();
    hunt.answer(0, 180);
    hunt.hangUp();
    expect(hunt.context.open).toBe(false);
    hunt.tryNext();
    expect(hunt.branches).toHaveLength(1);
  });

  test('after the answer it changes nothing but to be answered itself', () => {
    call();
    hunt.answer(0, 200);
    hunt.hangUp();
    expect(hunt.toCaller()).toEqual(['100', '200', '200 CANCEL']);
    expect(hunt.toTarget(0)).toEqual(['INVITE']);
    expect(hunt.told).toEqual(['finished 200 by 0']);
  });

  test('while the first target is still being looked for: 487, and it is never called', () => {
    hunt = new SerialHunt({ targets: [LIMITS], startLater: true });
    hunt.hangUp();
    hunt.tryNext();
    expect(hunt.toCaller()).toEqual(['100', '200 CANCEL', '487']);
    expect(hunt.toTarget(0)).toEqual([]);
  });
});
