import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { generalAuthorization } from './authorization.ts';
import { usualAuthorization } from './usual-authorization.ts';

const REALM = 'sip.example.com';

function headersOf(authorizations: readonly string[]) {
  const lines = [
    'REGISTER sip:sip.example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776',
    'From: <sip:pbx@sip.example.com>;tag=456248',
    'To: <sip:pbx@sip.example.com>',
    'Call-ID: 843817637684230@998sdasdh09',
    'CSeq: 1826 REGISTER',
    ...authorizations.map((value) => `Authorization: ${value}`),
    'Content-Length: 0',
  ];
  const message = parseMessage(`${lines.join('\r\n')}\r\n\r\n`);
  if (!(message instanceof SipRequest)) throw new Error(JSON.stringify(message));
  return message.headers;
}

const EXPECTED = {
  username: 'pbx',
  nonce: 'abc.1.mac',
  uri: 'sip:sip.example.com',
  response: '6629fae49393a05397450978507c4ef1',
  algorithm: 'MD5',
  qop: { nc: '0000000a', count: 10, cnonce: '0a4f113b' },
};

test.each([
  [
    'PJSIP and Asterisk',
    `Digest username="pbx", realm="${REALM}", nonce="abc.1.mac", uri="sip:sip.example.com", response="6629fae49393a05397450978507c4ef1", algorithm=MD5, cnonce="0a4f113b", opaque="x", qop=auth, nc=0000000a`,
  ],
  [
    'SIPp, without white space',
    `Digest username="pbx",realm="${REALM}",cnonce="0a4f113b",nc=0000000a,qop=auth,uri="sip:sip.example.com",nonce="abc.1.mac",response="6629fae49393a05397450978507c4ef1",algorithm=MD5`,
  ],
  [
    'quotes where there need be none',
    `Digest username="pbx", realm="${REALM}", nonce="abc.1.mac", uri="sip:sip.example.com", response="6629fae49393a05397450978507c4ef1", algorithm="MD5", cnonce="0a4f113b", qop="auth", nc=0000000A`,
  ],
])('the credentials of %s are usual', (_who, value) => {
  const nc = value.endsWith('A') ? '0000000A' : '0000000a';
  const expected = { ...EXPECTED, qop: { ...EXPECTED.qop, nc } };
  expect(usualAuthorization(headersOf([value]), REALM)).toEqual(expected);
  expect(generalAuthorization(headersOf([value]), REALM)).toEqual({ ok: true, value: expected });
});

test('what is read as usual is what is read in general, whatever is written', () => {
  const name = fc.constantFrom(
    ...['username', 'realm', 'nonce', 'uri', 'response', 'qop', 'nc', 'cnonce', 'algorithm', 'opaque'],
    ...['Username', 'username', 'x', '', 'nc', 'ncc', 'realms', 'auth-param'],
  );
  const written = fc.oneof(
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'0aAfFxé"\\, =;') }) },
    fc.constantFrom(REALM, 'auth', 'Auth', '00000001', '00000000', '0000000G', 'MD5', ''),
  );
  const value = fc.tuple(written, fc.constantFrom('"', '"', '"', '')).map(([text, q]) => `${q}${text}${q}`);
  const other = fc
    .tuple(name, value, fc.constantFrom('=', '=', ' = ', ''))
    .map(([key, is, sign]) => `${key}${sign}${is}`);
  const needed = (more: readonly string[]) => [
    ...more,
    'username="pbx"',
    `realm="${REALM}"`,
    'nonce="abc"',
    'uri="sip:a"',
    'response="0f"',
    'qop=auth',
    'nc=00000001',
    'cnonce="c"',
  ];
  const params = fc
    .tuple(fc.array(other, { maxLength: 2 }), fc.constantFrom(0, 0, 0, 1))
    .chain(([more, left]) => {
      const all = needed(more);
      return fc.shuffledSubarray(all, { minLength: Math.max(0, all.length - left), maxLength: all.length });
    });
  const credentials = fc
    .tuple(
      fc.constantFrom('Digest ', 'Digest ', 'Digest ', 'digest ', 'Digest  ', 'Basic '),
      params,
      separators(),
    )
    .map(([scheme, list, separator]) => `${scheme}${list.join(separator)}`);
  let usual = 0;
  fc.assert(
    fc.property(fc.array(credentials, { minLength: 1, maxLength: 2 }), (values) => {
      const found = usualAuthorization(headersOf(values), REALM);
      if (found === undefined) return;
      usual += 1;
      expect(generalAuthorization(headersOf(values), REALM)).toEqual({ ok: true, value: found });
    }),
    { numRuns: 5_000 },
  );
  expect(usual).toBeGreaterThan(100);
});

function separators() {
  return fc.constantFrom(...Array<string>(8).fill(', '), ',', ' , ', ',,', ';', ',\r\n ');
}
