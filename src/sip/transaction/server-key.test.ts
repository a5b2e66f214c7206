import { describe, expect, test } from 'vitest';
import { requestText, sipRequest } from '../../../test/support/sip-core.ts';
import { Fingerprint } from '../../base/fingerprint.ts';
import { serverKey } from './server-key.ts';

function key(method: string, changes: Readonly<Record<string, string>> = {}, asked?: string): Fingerprint {
  const made = new Fingerprint(4711);
  serverKey(sipRequest(requestText(method, changes)), made, asked);
  return made;
}

/** Whether a table would find one by the other. Either half tells what differs. */
function same(one: Fingerprint, other: Fingerprint): boolean {
  expect(one.hash === other.hash).toBe(one.check === other.check);
  return one.hash === other.hash;
}

describe('§17.2.3: a request matches a transaction', () => {
  test('with the same branch, sent-by and method', () => {
    const other = { callId: 'Call-ID: other', from: 'From: <sip:x@y>;tag=z' };
    expect(same(key('INVITE', other), key('INVITE'))).toBe(true);
  });

  test('an ACK matches its INVITE', () => {
    expect(same(key('ACK', { to: 'To: <sip:+12125551234@192.0.2.10>;tag=us' }), key('INVITE'))).toBe(true);
  });

  test.each([
    ['another branch', 'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller2'],
    ['sent-by with another port', 'Via: SIP/2.0/UDP 192.0.2.5:5062;branch=z9hG4bKcaller1'],
    ['sent-by with another host', 'Via: SIP/2.0/UDP 192.0.2.6:5060;branch=z9hG4bKcaller1'],
  ])('not with %s', (_, via) => {
    expect(same(key('INVITE', { via }), key('INVITE'))).toBe(false);
  });

  test('not with another method', () => {
    for (const method of ['CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'A-METHOD-OF-THEIRS'])
      expect(same(key(method), key('INVITE'))).toBe(false);
  });

  test('sent-by without a port means 5060', () => {
    const via = 'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKcaller1';
    expect(same(key('INVITE', { via }), key('INVITE'))).toBe(true);
  });

  test('§9.2: a CANCEL finds its INVITE', () => {
    expect(same(key('CANCEL', {}, 'INVITE'), key('INVITE'))).toBe(true);
    expect(same(key('CANCEL'), key('INVITE'))).toBe(false);
  });
});

describe.each([
  ['no branch', 'Via: SIP/2.0/UDP 192.0.2.5'],
  ['a branch without the cookie', 'Via: SIP/2.0/UDP 192.0.2.5;branch=1'],
  ['nothing but the cookie (RFC 4475 3.2.1)', 'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK'],
])('§17.2.3: RFC 2543, %s', (_, via) => {
  test('the ACK matches its INVITE, with the To tag of the answer', () => {
    const ack = key('ACK', { via, to: 'To: <sip:+12125551234@192.0.2.10>;tag=us' });
    expect(same(ack, key('INVITE', { via }))).toBe(true);
  });

  test('the CANCEL finds its INVITE', () => {
    expect(same(key('CANCEL', { via }, 'INVITE'), key('INVITE', { via }))).toBe(true);
  });

  test.each([
    ['Request-URI', { start: 'INVITE sip:+12125559999@192.0.2.10 SIP/2.0' }],
    ['From tag', { from: 'From: <sip:+13125550000@192.0.2.5>;tag=other' }],
    ['Call-ID', { callId: 'Call-ID: call-2@192.0.2.5' }],
    ['CSeq', { cseq: 'CSeq: 8 INVITE' }],
    ['Via', { via: 'Via: SIP/2.0/UDP 192.0.2.6' }],
  ])('not with another %s', (_name, changes) => {
    expect(same(key('INVITE', { via, ...changes }), key('INVITE', { via }))).toBe(false);
  });
});
