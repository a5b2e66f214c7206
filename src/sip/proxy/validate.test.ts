import { describe, expect, test } from 'vitest';
import { requestText, sipRequest } from '../../../test/support/sip-core.ts';
import { type Refusal, refusalOf } from './validate.ts';

function refused(method: string, changes: Readonly<Record<string, string>> = {}): Refusal | undefined {
  return refusalOf(sipRequest(requestText(method, changes)));
}

describe('§16.3: request validation', () => {
  test('a good request goes on', () => {
    expect(refused('INVITE')).toBeUndefined();
    expect(refused('INVITE', { start: 'INVITE tel:+12125551234 SIP/2.0' })).toBeUndefined();
  });

  test('step 1: a Request-URI that cannot be read is answered with 400', () => {
    expect(refused('INVITE', { start: 'INVITE sip: SIP/2.0' })).toMatchObject({ status: 400 });
    expect(refused('INVITE', { start: 'INVITE sip:a@b:99999 SIP/2.0' })).toMatchObject({ status: 400 });
  });

  test('step 2: a scheme that we cannot serve is answered with 416', () => {
    expect(refused('INVITE', { start: 'INVITE sips:a@b SIP/2.0' })).toEqual({ status: 416 });
  });

  test('step 3: Max-Forwards 0 is answered with 483, but a REGISTER is for us', () => {
    expect(refused('INVITE', { maxForwards: 'Max-Forwards: 0' })).toEqual({ status: 483 });
    expect(refused('OPTIONS', { maxForwards: 'Max-Forwards: 0' })).toEqual({ status: 483 });
    expect(refused('REGISTER', { maxForwards: 'Max-Forwards: 0' })).toBeUndefined();
  });

  test('step 3: Max-Forwards 1 goes on, and so does a request without one', () => {
    expect(refused('INVITE', { maxForwards: 'Max-Forwards: 1' })).toBeUndefined();
    expect(refused('INVITE', { maxForwards: '' })).toBeUndefined();
  });

  test.each(['-1', '256', 'seventy', ''])('step 1: Max-Forwards "%s" is answered with 400', (value) => {
    expect(refused('INVITE', { maxForwards: `Max-Forwards: ${value}` })).toMatchObject({ status: 400 });
  });

  test('step 5: Proxy-Require is answered with 420 that names each option', () => {
    expect(refused('INVITE', { require: 'Proxy-Require: foo, bar\r\nProxy-Require: baz' })).toEqual({
      status: 420,
      headers: 'Unsupported: foo, bar, baz\r\n',
    });
  });

  test('Require is not for a proxy', () => {
    expect(refused('INVITE', { require: 'Require: 100rel' })).toBeUndefined();
  });
});
