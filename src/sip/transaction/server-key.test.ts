import { describe, expect, test } from 'vitest';
import { requestText, sipRequest } from '../../../test/support/sip-core.ts';
import { mergeKey, serverKey } from './server-key.ts';

function key(method: string, changes: Readonly<Record<string, string>> = {}): string {
  return serverKey(sipRequest(requestText(method, changes)));
}

describe('§17.2.3: a request matches a transaction', () => {
  test('with the same branch, sent-by and method', () => {
    expect(key('INVITE', { callId: 'Call-ID: other', from: 'From: <sip:x@y>;tag=z' })).toBe(key('INVITE'));
  });

  test('an ACK matches its INVITE', () => {
    expect(key('ACK', { to: 'To: <sip:+12125551234@192.0.2.10>;tag=us' })).toBe(key('INVITE'));
  });

  test.each([
    ['another branch', 'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller2'],
    ['sent-by with another port', 'Via: SIP/2.0/UDP 192.0.2.5:5062;branch=z9hG4bKcaller1'],
    ['sent-by with another host', 'Via: SIP/2.0/UDP 192.0.2.6:5060;branch=z9hG4bKcaller1'],
  ])('not with %s', (_, via) => {
    expect(key('INVITE', { via })).not.toBe(key('INVITE'));
  });

  test('not with another method', () => {
    const methods = ['INVITE', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE'];
    expect(new Set(methods.map((method) => key(method))).size).toBe(methods.length);
  });

  test('sent-by without a port means 5060', () => {
    expect(key('INVITE', { via: 'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKcaller1' })).toBe(key('INVITE'));
  });

  test('§9.2: a CANCEL finds its INVITE', () => {
    const cancel = sipRequest(requestText('CANCEL'));
    expect(serverKey(cancel, 'INVITE')).toBe(key('INVITE'));
    expect(serverKey(cancel)).not.toBe(key('INVITE'));
  });
});

describe.each([
  ['no branch', 'Via: SIP/2.0/UDP 192.0.2.5'],
  ['a branch without the cookie', 'Via: SIP/2.0/UDP 192.0.2.5;branch=1'],
  ['nothing but the cookie (RFC 4475 3.2.1)', 'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK'],
])('§17.2.3: RFC 2543, %s', (_, via) => {
  test('the ACK matches its INVITE, with the To tag of the answer', () => {
    expect(key('ACK', { via, to: 'To: <sip:+12125551234@192.0.2.10>;tag=us' })).toBe(key('INVITE', { via }));
  });

  test('the CANCEL finds its INVITE', () => {
    expect(serverKey(sipRequest(requestText('CANCEL', { via })), 'INVITE')).toBe(key('INVITE', { via }));
  });

  test.each([
    ['Request-URI', { start: 'INVITE sip:+12125559999@192.0.2.10 SIP/2.0' }],
    ['From tag', { from: 'From: <sip:+13125550000@192.0.2.5>;tag=other' }],
    ['Call-ID', { callId: 'Call-ID: call-2@192.0.2.5' }],
    ['CSeq', { cseq: 'CSeq: 8 INVITE' }],
    ['Via', { via: 'Via: SIP/2.0/UDP 192.0.2.6' }],
  ])('not with another %s', (_name, changes) => {
    expect(key('INVITE', { via, ...changes })).not.toBe(key('INVITE', { via }));
  });
});

describe('§8.2.2.2: the copies of an INVITE', () => {
  function merge(method: string, changes: Readonly<Record<string, string>> = {}): string | undefined {
    return mergeKey(sipRequest(requestText(method, changes)));
  }

  test('have Call-ID, From tag, CSeq and Request-URI in common, whatever way they came', () => {
    const via = 'Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKother';
    expect(merge('INVITE', { via, maxForwards: 'Max-Forwards: 12' })).toBe(merge('INVITE'));
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
