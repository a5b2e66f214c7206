import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatUri, withUser } from './format.ts';
import { parseUri } from './parse.ts';
import type { Uri } from './uri.ts';

describe('§19.1.1: SIP and SIPS URIs', () => {
  test('every part', () => {
    const uri = parseUri(
      'sips:alice:secret@[2001:db8::1]:5061;transport=tls;lr?subject=a%20b&priority=urgent',
    );
    expect(uri).toMatchObject({
      ok: true,
      value: {
        kind: 'sip',
        scheme: 'sips',
        user: 'alice',
        password: 'secret',
        host: { kind: 'ipv6', address: '2001:db8::1' },
        port: 5061,
        headers: [
          { name: 'subject', value: 'a%20b' },
          { name: 'priority', value: 'urgent' },
        ],
      },
    });
    expect(uri.ok && uri.value.kind === 'sip' && uri.value.params.get('Transport')).toBe('tls');
    expect(uri.ok && uri.value.kind === 'sip' && uri.value.params.get('lr')).toBe('');
    expect(uri.ok && uri.value.kind === 'sip' && uri.value.params.get('maddr')).toBeUndefined();
  });

  test.each([
    ['sip:192.0.2.1', { host: { kind: 'ipv4', address: '192.0.2.1' }, user: undefined, port: undefined }],
    ['SIP:A@Example.COM', { scheme: 'sip', user: 'A', host: { kind: 'name', name: 'Example.COM' } }],
    ['sip:user;par=u%40example.net@example.com', { user: 'user;par=u%40example.net' }],
    ['sip:+1-212-555-1212:1234@gw_1.example.com.', { user: '+1-212-555-1212', password: '1234' }],
    ['sip:a:@b', { user: 'a', password: '' }],
    ['sip:localhost', { host: { kind: 'name', name: 'localhost' } }],
  ])('%s', (text, value) => {
    expect(parseUri(text)).toMatchObject({ ok: true, value });
  });

  test.each([
    ['', 0],
    ['sip', 0],
    ['1sip:a', 0],
    [':a', 0],
    ['sip:', 4],
    ['sip:@host', 4],
    ['sip:a b@host', 5],
    ['sip:a%zz@host', 5],
    ['sip:a:p w@host', 7],
    ['sip:a@', 6],
    ['sip:a@b@c', 6],
    ['sip:a@host:0', 11],
    ['sip:a@host:65536', 11],
    ['sip:a@host:', 11],
    ['sip:a@host:5060x', 15],
    ['sip:2001:db8::10', 4],
    ['sip:[2001:db8::1', 4],
    ['sip:[::1]x', 9],
    ['sip:-a.example', 4],
    ['sip:a..b', 4],
    ['sip:192.0.2.256', 4],
    ['sip:1.2.3', 4],
    ['sip:a;', 6],
    ['sip:a;=x', 6],
    ['sip:a;x=', 8],
    ['sip:a;x=<', 8],
    ['sip:a?', 6],
    ['sip:a?x', 6],
    ['sip:a?=x', 6],
    ['sip:a?x=<', 8],
    ['sip:a?x=1&', 10],
  ])('%j is malformed at %i', (text, at) => {
    expect(parseUri(text)).toMatchObject({ ok: false, error: { kind: 'malformedUri', at } });
  });

  test('a URI has at most 64 parameters and 64 headers', () => {
    expect(parseUri(`sip:a${';x'.repeat(64)}`).ok).toBe(true);
    expect(parseUri(`sip:a${';x'.repeat(65)}`).ok).toBe(false);
    expect(parseUri(`sip:a?${'x=1&'.repeat(63)}x=1`).ok).toBe(true);
    expect(parseUri(`sip:a?${'x=1&'.repeat(64)}x=1`).ok).toBe(false);
  });
});

describe('RFC 3966: tel URIs, and others', () => {
  test.each([
    ['tel:+1-212-555-1212', { kind: 'tel', number: '+1-212-555-1212' }],
    ['tel:7042;phone-context=example.com', { kind: 'tel', number: '7042' }],
    ['tel:*69#;phone-context=+1', { kind: 'tel', number: '*69#' }],
    ['urn:service:sos', { kind: 'other', scheme: 'urn', rest: 'service:sos' }],
    ['soap.beep://192.0.2.103:3002', { kind: 'other', scheme: 'soap.beep' }],
  ])('%s', (text, value) => {
    expect(parseUri(text)).toMatchObject({ ok: true, value });
  });

  test.each(['tel:', 'tel:+', 'tel:+12x', 'tel:+12*', 'tel:()', 'tel:12 34', 'urn:', 'urn:a b', 'urn:<a>'])(
    '%j is malformed',
    (text) => {
      expect(parseUri(text).ok).toBe(false);
    },
  );
});

/** All that a URI says. */
function parts(uri: Uri): unknown {
  if (uri.kind !== 'sip') return uri;
  const { scheme, user, password, host, hostText, port, params, headers } = uri;
  for (const name of params.names) expect(uri.hasParam(name.toLowerCase())).toBe(true);
  expect([uri.hasHost(hostText), uri.hasHost(`${hostText}x`), uri.hasParam('none')]).toEqual([
    true,
    false,
    false,
  ]);
  return { scheme, user, password, host, port, params, headers };
}

describe('writing', () => {
  test.each([
    'sip:a:p@[::1]:5060;x;y=%20?h=1&i=',
    'sips:example.com',
    'tel:+1-212;ext=5',
    'urn:service:sos',
    'sip:a:@b',
  ])('%s reads and writes back', (text) => {
    const uri = parseUri(text);
    expect(uri.ok && formatUri(uri.value)).toBe(text);
  });

  test.each([
    ['sip:old:pw@host:5062;line=abc;ob?x=1', 'sip:new@host:5062;line=abc;ob?x=1'],
    ['sip:host', 'sip:new@host'],
    ['SIPS:a@[::1];LR', 'SIPS:new@[::1];LR'],
    ['sip:user;par=x@host', 'sip:new@host'],
    ['tel:+1', 'tel:+1'],
    ['no uri', 'no uri'],
  ])('withUser of %s is %s', (text, expected) => {
    expect(withUser(text, 'new')).toBe(expected);
  });

  test('what parses keeps host, port, parameters and headers under another user', () => {
    const part = fc.stringMatching(/^[a-z0-9.%]{1,8}$/).map((s) => s.replaceAll('%', '%41'));
    fc.assert(
      fc.property(part, part, fc.nat(65_534), part, (user, host, port, param) => {
        const text = `sip:${user}@h.${host}.x:${port + 1};${param}=1?${param}=2`;
        const before = parseUri(text);
        const after = parseUri(withUser(text, '12125551234'));
        if (!before.ok || before.value.kind !== 'sip') return;
        expect(after.ok && formatUri(after.value)).toBe(text.replace(`:${user}@`, ':12125551234@'));
        expect(after.ok && after.value.kind === 'sip' && after.value.user).toBe('12125551234');
      }),
    );
  });

  test('any text is read or refused, and what is read, written and read again is the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'sip:tel@;=?&%4[]./+x1 <"') }), (rest) => {
        for (const text of [rest, `sip:${rest}`, `tel:${rest}`]) {
          const uri = parseUri(text);
          if (!uri.ok) continue;
          const again = parseUri(formatUri(uri.value));
          expect(again.ok && parts(again.value)).toEqual(parts(uri.value));
          const within = parseUri(`<${text}@;?=&:>`, 1, 1 + text.length);
          expect(within.ok && parts(within.value)).toEqual(parts(uri.value));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
