import { describe, expect, test } from 'vitest';
import { requestText, sipRequest } from '../../../test/support/sip-core.ts';
import { Fingerprint } from '../../base/fingerprint.ts';
import { mergeKey } from './merge-key.ts';

describe('§8.2.2.2: the copies of an INVITE', () => {
  function merge(method: string, changes: Readonly<Record<string, string>> = {}): string | undefined {
    const key = new Fingerprint(4711);
    const has = mergeKey(sipRequest(requestText(method, changes)), key);
    return has ? `${key.hash} ${key.check}` : undefined;
  }

  test('have Call-ID, From tag, CSeq and Request-URI in common, whatever way they came', () => {
    const via = 'Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKother';
    expect(merge('INVITE', { via, maxForwards: 'Max-Forwards: 12' })).toBe(merge('INVITE'));
  });

  test.each([
    ['Call-ID', { callId: 'Call-ID: call-2@192.0.2.5' }],
    ['From tag', { from: 'From: <sip:+13125550000@192.0.2.5>;tag=other' }],
    ['CSeq', { cseq: 'CSeq: 8 INVITE' }],
  ])('an INVITE with another %s is none of them', (_name, changes) => {
    expect(merge('INVITE', changes)).not.toBe(merge('INVITE'));
  });

  test('a spiral has another Request-URI and is none', () => {
    expect(merge('INVITE', { start: 'INVITE sip:+12125559999@192.0.2.10 SIP/2.0' })).not.toBe(
      merge('INVITE'),
    );
  });

  test('there are none of a request in a dialog, nor of other methods', () => {
    expect(merge('INVITE', { to: 'To: <sip:a@b>;tag=us' })).toBeUndefined();
    expect(merge('OPTIONS')).toBeUndefined();
  });
});
