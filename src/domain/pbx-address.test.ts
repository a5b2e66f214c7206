import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainPbxAddress } from './explain-pbx-address.ts';
import { formatPbxAddress, parsePbxAddress } from './pbx-address.ts';

/** The address as it is written back, or the kind of the error. */
function judged(text: string): string {
  const result = parsePbxAddress(text);
  return result.ok ? formatPbxAddress(result.value) : result.error.kind;
}

function message(text: string): string {
  const result = parsePbxAddress(text);
  return result.ok ? 'accepted' : explainPbxAddress(result.error);
}

test('the parts of an address', () => {
  expect(parsePbxAddress('198.51.100.7')).toEqual({
    ok: true,
    value: { host: { kind: 'ipv4', address: '198.51.100.7' } },
  });
  expect(parsePbxAddress('[2001:DB8:0:0::7]:5080')).toEqual({
    ok: true,
    value: { host: { kind: 'ipv6', address: '2001:db8::7' }, port: 5080 },
  });
  expect(parsePbxAddress('PBX.Example.com.;Transport=TLS')).toEqual({
    ok: true,
    value: { host: { kind: 'name', name: 'pbx.example.com' }, transport: 'tls' },
  });
});

describe('accepted, and how it is written back', () => {
  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:1', '198.51.100.7:1'],
    ['198.51.100.7:65535;transport=udp', '198.51.100.7:65535;transport=udp'],
    ['[2001:db8::7]', '[2001:db8::7]'],
    ['[2001:db8::7]:5060;transport=tcp', '[2001:db8::7]:5060;transport=tcp'],
    ['[::ffff:198.51.100.7]', '198.51.100.7'],
    ['[::FFFF:c633:6407]:5080;transport=udp', '198.51.100.7:5080;transport=udp'],
    [' pbx.example.com ', 'pbx.example.com'],
    ['pbx.example.com.:05060', 'pbx.example.com:5060'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['4u.example.com', '4u.example.com'],
    ['sip.example.com:5060', 'sip.example.com:5060'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('%s is %s', (text, written) => {
    expect(judged(text)).toBe(written);
  });
});

describe('refused, and why', () => {
  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    [':5060', 'empty'],
    [';transport=udp', 'empty'],
    [`${'a.'.repeat(200)}example`, 'tooLong'],
    [`${'a'.repeat(60)}.${'b.'.repeat(100)}example`, 'nameTooLong'],
    ['sip:pbx.example.com', 'scheme'],
    ['SIPS:pbx.example.com', 'scheme'],
    ['http://pbx.example.com', 'scheme'],
    ['100@pbx.example.com', 'userPart'],
    ['198.51.100', 'badIpv4'],
    ['198.51.100.256', 'badIpv4'],
    ['010.0.0.1', 'badIpv4'],
    ['2130706433', 'badIpv4'],
    ['0x7f.1', 'badIpv4'],
    ['0x7f000001', 'badIpv4'],
    ['pbx.example.123', 'badIpv4'],
    ['198.51.100.7.', 'badIpv4'],
    ['2001:db8::7', 'ipv6WithoutBrackets'],
    ['::1', 'ipv6WithoutBrackets'],
    ['2001:db8::zz', 'badIpv6'],
    ['[2001:db8::7', 'badIpv6'],
    ['[2001:db8::7%eth0]', 'badIpv6'],
    ['[198.51.100.7]', 'badIpv6'],
    ['[]', 'badIpv6'],
    ['pbx.example.com:0', 'badPort'],
    ['pbx.example.com:65536', 'badPort'],
    ['pbx.example.com:', 'badPort'],
    ['pbx.example.com:5060x', 'badPort'],
    ['pbx.example.com:1e3', 'badPort'],
    ['[2001:db8::7]5060', 'badPort'],
    ['bücher.example', 'internationalName'],
    ['pbx', 'notFullyQualified'],
    ['localhost', 'notFullyQualified'],
    ['-pbx.example.com', 'badLabel'],
    ['pbx-.example.com', 'badLabel'],
    ['my_pbx.example.com', 'badLabel'],
    ['pbx..example.com', 'badLabel'],
    ['.example.com', 'badLabel'],
    ['pbx.example.com/x', 'badLabel'],
    ['pbx example.com', 'badLabel'],
    ['pbx`.example.com', 'badLabel'],
    ['pbx[.example.com', 'badLabel'],
    ['pbx\r.example.com', 'badLabel'],
    [`${'a'.repeat(64)}.example`, 'badLabel'],
    ['pbx.example.com;transport=ws', 'badTransport'],
    ['pbx.example.com;transport', 'badTransport'],
    ['pbx.example.com;transport=udp;transport=tcp', 'badTransport'],
    ['pbx.example.com;lr', 'unknownParameter'],
    ['pbx.example.com;', 'unknownParameter'],
  ])('%j: %s', (text, kind) => {
    expect(judged(text)).toBe(kind);
  });
});

describe('messages say what would be right', () => {
  test.each([
    ['sip:pbx.example.com', 'Leave out "sip:"'],
    ['2001:db8::7', '[2001:db8::7]'],
    ['bücher.example', 'begins with "xn--"'],
    ['pbx', 'such as pbx.example.com'],
    ['pbx.example.com:99999', 'a number from 1 to 65535'],
    ['pbx.example.com;transport=ws', 'Use udp, tcp or tls'],
  ])('%s: %s', (text, part) => {
    expect(message(text)).toContain(part);
  });
});

test('whatever is typed is refused with a message, or written back in one way only', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'abz019.:-[];=%'), maxLength: 40 }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]:5060`),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const result = parsePbxAddress(text);
      if (!result.ok) {
        expect(explainPbxAddress(result.error)).not.toBe('');
        return;
      }
      const written = formatPbxAddress(result.value);
      expect(parsePbxAddress(written)).toEqual(result);
    }),
  );
});
