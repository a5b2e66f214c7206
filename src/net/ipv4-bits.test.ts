import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipv4Bits } from './ipv4-bits.ts';

describe('ipv4Bits', () => {
  test('the first byte is the highest', () => {
    expect(ipv4Bits('127.0.0.1')).toBe(0x7f000001);
    expect(ipv4Bits('255.255.255.254')).toBe(0xfffffffe);
    expect(ipv4Bits('0.0.0.0')).toBe(0);
  });

  test('every address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        expect(ipv4Bits(address)).toBe(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
      }),
    );
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.',
    '1.2.3.4.5',
    '1..2.3',
    '256.1.1.1',
    '1.2.3.1000',
    '::1',
    'pbx.example',
    '1.2.3.4 ',
  ])('nothing else: "%s"', (text) => {
    expect(ipv4Bits(text)).toBeUndefined();
  });
});
