import { describe, expect, test } from 'vitest';
import { uriEquals } from './equals.ts';
import { escapeUser, normalizeEscapes, unescapeUri } from './escape.ts';
import { ipv6Groups, parseHost } from './host.ts';
import { parseUri } from './parse.ts';

function equal(a: string, b: string): boolean {
  const left = parseUri(a);
  const right = parseUri(b);
  if (!left.ok || !right.ok) throw new Error('malformed example');
  expect(uriEquals(left.value, right.value)).toBe(uriEquals(right.value, left.value));
  return uriEquals(left.value, right.value);
}

describe('§19.1.4: comparing URIs', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:0DB8:0:0:0:0:0:1]'],
    ['sip:a%3f@b', 'sip:a%3F@b'],
  ])('%s equals %s', (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  test.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a@b;newparam=5', 'sip:a@b;newparam=6'],
    ['sip:a@b', 'sip:a@b;user=phone'],
    ['sip:a@b', 'sip:a@b;ttl=1'],
    ['sip:a@b', 'sip:a@b;method=INVITE'],
    ['sip:a@b', 'sip:a@b;maddr=b'],
    ['sip:a@b', 'sip:b'],
    ['sip:a:p@b', 'sip:a:P@b'],
    ['sip:a@b', 'sip:a:@b'],
    ['sip:a%3B@b', 'sip:a;@b'],
    ['sip:a@b?x=1&x=1', 'sip:a@b?x=1&x=2'],
  ])('%s does not equal %s', (a, b) => {
    expect(equal(a, b)).toBe(false);
  });

  test('equality is not transitive', () => {
    expect(equal('sip:carol@chicago.com', 'sip:carol@chicago.com;security=on')).toBe(true);
    expect(equal('sip:carol@chicago.com', 'sip:carol@chicago.com;security=off')).toBe(true);
    expect(equal('sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off')).toBe(false);
  });

  test('RFC 3966 section 4: visual separators do not count, all parameters do', () => {
    expect(equal('tel:+1-212-555-1212', 'tel:+1(212)5551212')).toBe(true);
    expect(equal('tel:+12125551212', 'tel:12125551212')).toBe(false);
    expect(equal('tel:1;a=1;B=2', 'tel:1;b=2;A=1')).toBe(true);
    expect(equal('tel:1;a=1', 'tel:1')).toBe(false);
    expect(equal('tel:1', 'sip:a')).toBe(false);
  });

  test('URIs of other schemes are equal when their text is', () => {
    expect(equal('urn:service:sos', 'URN:service:sos')).toBe(true);
    expect(equal('urn:service:sos', 'urn:service:SOS')).toBe(false);
  });
});

describe('escapes', () => {
  test('a user comes back as it was, byte for byte', () => {
    const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    expect(unescapeUri(escapeUser(bytes))).toBe(bytes);
    expect(parseUri(`sip:${escapeUser(bytes)}@host`).ok).toBe(true);
    expect(escapeUser('a b@c')).toBe('a%20b%40c');
  });

  test('what is no escape stays', () => {
    expect(unescapeUri('100%')).toBe('100%');
    expect(unescapeUri('%4')).toBe('%4');
    expect(unescapeUri('%zz%41')).toBe('%zzA');
  });

  test('the normal form escapes reserved characters only, in upper case', () => {
    expect(normalizeEscapes('%61%2f%2F%25%7e')).toBe('a%2F%2F%25~');
  });
});

describe('hosts', () => {
  test.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:db8::', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['::ffff:192.0.2.1', [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201]],
    ['1:2:3:4:5:6:192.0.2.1', [1, 2, 3, 4, 5, 6, 0xc000, 0x201]],
    ['2001:db8:::192.0.2.1', [0x2001, 0xdb8, 0, 0, 0, 0, 0xc000, 0x201]],
  ])('%s', (text, groups) => {
    expect(ipv6Groups(text)).toEqual(groups);
  });

  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '192.0.2.1::',
    '::192.0.2',
    '2001:db8:::1',
    'fe80::1%eth0',
  ])('%j is no IPv6 address', (text) => {
    expect(ipv6Groups(text)).toBeUndefined();
  });

  test('what looks like an IPv4 address but is none is no name either', () => {
    expect([parseHost('192.0.2.300'), parseHost('1.2.3.4.5'), parseHost('256')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('labels are at most 63 long', () => {
    expect(parseHost(`${'a'.repeat(63)}.example`)).toBeDefined();
    expect(parseHost(`${'a'.repeat(64)}.example`)).toBeUndefined();
  });
});
