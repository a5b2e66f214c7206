import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseUri } from '../uri/parse.ts';
import { firstContactUri, formatQValue, parseContacts, qValue } from './contact.ts';
import { deltaSeconds } from './expires.ts';
import { scanHeaders } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { areHeaderParams, parseHeaderParams } from './header-params.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { bracketedUriEnd, bracketedUriStart, parseNameAddress, sipUriOf, tagOf } from './name-address.ts';
import { parseRoutes } from './route.ts';

const read = (text: string) => parseNameAddress(text, 'To');

describe('§20.10: name-addr and addr-spec', () => {
  test.each([
    ['<sip:a@b>', undefined, 'sip:a@b', ''],
    ['"A \\"B\\" <x>" <sip:a@b;x=y?h=1>;tag=1', 'A "B" <x>', 'sip:a@b;x=y?h=1', ';tag=1'],
    ['A. G. Bell <sip:a@b>  ; tag = 1 ;flag', 'A. G. Bell', 'sip:a@b', ';tag=1;flag'],
    ['caller<sip:a@b>', 'caller', 'sip:a@b', ''],
    ['"" <sip:a@b>', '', 'sip:a@b', ''],
    ['< sip:a@b >', undefined, 'sip:a@b', ''],
    ['Bell, Alexander <sip:a@b>', 'Bell, Alexander', 'sip:a@b', ''],
    ['"J\xf6rg"\r\n <sip:a@b>', 'J\xf6rg', 'sip:a@b', ''],
  ])('%j', (text, displayName, uri, params) => {
    const result = read(text);
    expect(result).toMatchObject({ ok: true, value: { displayName, uri } });
    expect(result.ok && result.value.params.toString()).toBe(params);
  });

  test('§20: without angle brackets, parameters are those of the header field', () => {
    const result = read('sip:a@b;tag=1;transport=tcp');
    expect(result).toMatchObject({ value: { uri: 'sip:a@b' } });
    expect(result.ok && result.value.params.get('transport')).toBe('tcp');
  });

  test.each([
    '',
    ';tag=1',
    '<>',
    '< >',
    '<sip:a@b',
    '"open <sip:a@b>',
    '<sip:a@b> junk',
    'a@b;',
    '<sip:a@b>;=x',
  ])('%j is malformed', (text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { kind: 'malformedHeader', header: 'To' } });
  });

  test('the tag, in any case and order', () => {
    expect(tagOf('<sip:a;tag=no@b>;x="tag=no;";TAG=yes', 0, 36)).toBe('yes');
    expect(tagOf('<sip:a;tag=no@b>', 0, 16)).toBeUndefined();
  });
});

describe('§20.10: Contact', () => {
  test('q as thousandths, expires in seconds', () => {
    expect(parseContacts(['<sip:a@b>;q=0.75;expires=60', '<sip:c@d>;q=2;expires=-1'])).toMatchObject({
      value: {
        kind: 'list',
        contacts: [
          { q: 750, expires: 60 },
          { q: undefined, expires: undefined },
        ],
      },
    });
  });

  test('* stands alone', () => {
    expect(parseContacts(['*'])).toEqual({ ok: true, value: { kind: 'wildcard' } });
    expect(parseContacts(['*', '<sip:a@b>']).ok).toBe(false);
    expect(parseContacts(['*;expires=0']).ok).toBe(false);
  });

  test('a URI with ? must be in angle brackets', () => {
    expect(parseContacts(['sip:a@b?Route=%3Csip:c%3E']).ok).toBe(false);
    expect(parseContacts(['<sip:a@b?Route=%3Csip:c%3E>']).ok).toBe(true);
  });

  test.each([
    ['0', 0],
    ['1', 1000],
    ['0.5', 500],
    ['0.123', 123],
    ['1.000', 1000],
    ['0.', 0],
    ['', undefined],
    ['1.001', undefined],
    ['0.1234', undefined],
    ['.5', undefined],
    ['0,5', undefined],
  ])('q=%s is %s', (text, q) => {
    expect(qValue(text)).toBe(q);
  });

  test.each([0, 1, 70, 500, 999, 1000])('q of %i thousandths reads back', (q) => {
    expect(qValue(formatQValue(q))).toBe(q);
  });

  test('§20.19: delta-seconds beyond 2**32-1 count as that', () => {
    expect([
      deltaSeconds('99999999999999'),
      deltaSeconds('3600'),
      deltaSeconds('1h'),
      deltaSeconds(''),
    ]).toEqual([4_294_967_295, 3600, undefined, undefined]);
  });
});

test('§20.34: routes keep their order; one malformed value spoils them', () => {
  expect(parseRoutes(['<sip:a;lr>', '<sip:b>'], 'Route')).toMatchObject({
    value: [{ uri: 'sip:a;lr' }, { uri: 'sip:b' }],
  });
  expect(parseRoutes(['<sip:a;lr>', '<sip:b'], 'Path')).toMatchObject({
    ok: false,
    error: { header: 'Path' },
  });
});

describe('the URI alone is that of the whole value', () => {
  const uriIn = (text: string) => {
    const uri = parseUri(text);
    return uri.ok && uri.value.kind === 'sip' ? uri.value.toString() : undefined;
  };
  const pieces = [
    ...'"\\<>;:@, *?=',
    'sip:',
    'sips:',
    'a',
    'b@c',
    ';lr',
    ';q=1',
    'tel:+1',
    '\r\n ',
    '<sip:a@b>',
  ];
  const value = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));

  test('sipUriOf, for any text', () => {
    fc.assert(
      fc.property(value, (text) => {
        const trimmed = text.trim();
        const address = parseNameAddress(trimmed, 'Route');
        const within = `<<${trimmed}>,<`;
        expect(sipUriOf(within, 2, 2 + trimmed.length)?.toString()).toBe(
          address.ok ? uriIn(address.value.uri) : undefined,
        );
        const start = bracketedUriStart(trimmed);
        if (start === -1) expect(!address.ok || trimmed.startsWith(address.value.uri)).toBe(true);
        else {
          expect(address.ok && address.value.uri).toBe(trimmed.slice(start, bracketedUriEnd(trimmed, start)));
        }
      }),
      { numRuns: 3_000, examples: [['?"<sip:a@b>">'], ['*"<sip:a@b>"<sip:a@b>']] },
    );
  });

  test('firstContactUri, for any header fields', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 2 }), (values) => {
        const lines = values.map((line) => `Contact: ${line}\r\n`).join('');
        const headers = scanHeaders(`${lines}To: <sip:x@y?z>\r\n\r\n`, 0, DEFAULT_LIMITS);
        const contacts = parseContacts(headers.elements(HeaderId.Contact));
        const first =
          contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
        expect(firstContactUri(headers)?.toString()).toBe(first === undefined ? undefined : uriIn(first));
      }),
      { numRuns: 3_000 },
    );
  });

  test('areHeaderParams, for any text', () => {
    fc.assert(
      fc.property(value, (text) => {
        const length = text.length;
        expect(areHeaderParams(text, 0, length)).toBe(parseHeaderParams(text, 0, length) !== undefined);
      }),
      { numRuns: 1_000 },
    );
  });
});
