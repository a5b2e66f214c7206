import { describe, expect, test } from 'vitest';
import { formatAuth, parseAuth } from './auth-params.ts';
import { diversionCount, parseDiversions } from './diversion.ts';
import { scanHeaders } from './header-index.ts';
import { parseHistoryInfo, retargetCount } from './history-info.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { maxForwardsOf } from './max-forwards.ts';
import { hidesIdentity, privacyOf } from './privacy.ts';
import { formatReason, parseReason } from './reason.ts';
import { areTokens, hasToken, unknownTokens } from './token-list.ts';

const headers = (text: string) => scanHeaders(`${text}\r\n\r\n`, 0, DEFAULT_LIMITS);

describe('RFC 8760: challenges and credentials', () => {
  test('quoted and bare values, names in any case', () => {
    const auth = parseAuth(
      'Digest username="a\\"b", REALM="x, y",nonce=abc== , uri="sip:a@b",\r\n qop=auth',
      'Authorization',
    );
    expect(auth.ok && auth.value.scheme).toBe('Digest');
    expect(
      auth.ok && ['Username', 'realm', 'nonce', 'uri', 'qop'].map((n) => auth.value.params.get(n)),
    ).toEqual(['a"b', 'x, y', 'abc==', 'sip:a@b', 'auth']);
  });

  test.each([
    '',
    'Digest realm',
    'Digest realm=',
    'Digest realm="open',
    'Digest realm="a" nonce="b"',
    'Digest realm="a",',
    'Digest realm="a",,nonce="b"',
    'Digest nonce=a, Nonce=b',
    'Digest"a"',
  ])('%j is malformed', (text) => {
    expect(parseAuth(text, 'Authorization')).toMatchObject({ ok: false, error: { header: 'Authorization' } });
  });

  test('a scheme alone is a challenge without parameters', () => {
    expect(parseAuth('NTLM', 'WWW-Authenticate')).toMatchObject({ ok: true, value: { scheme: 'NTLM' } });
  });

  test('what is written reads back', () => {
    const text = formatAuth('Digest', [
      { name: 'realm', value: 'say "hi"\\', quoted: true },
      { name: 'algorithm', value: 'SHA-256', quoted: false },
    ]);
    expect(text).toBe('Digest realm="say \\"hi\\"\\\\", algorithm=SHA-256');
    const auth = parseAuth(text, 'WWW-Authenticate');
    expect(auth.ok && auth.value.params.get('realm')).toBe('say "hi"\\');
  });
});

describe('RFC 5806: Diversion', () => {
  test('reason and counter; each value counts as many as its counter says', () => {
    const diversions = parseDiversions([
      '<sip:a@b>;reason=no-answer;counter=2',
      '<sip:c@d>;counter=x',
      '<tel:+1>',
    ]);
    expect(diversions).toMatchObject({
      value: [{ reason: 'no-answer', counter: 2 }, { counter: 1 }, { reason: undefined, counter: 1 }],
    });
    expect(diversions.ok && diversionCount(diversions.value)).toBe(4);
  });

  test('a malformed value spoils them', () => {
    expect(parseDiversions(['<sip:a']).ok).toBe(false);
  });
});

describe('RFC 7044: History-Info', () => {
  test('index, and the reason that is escaped in the URI', () => {
    const entries = parseHistoryInfo([
      '<sip:a@b?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%22>;index=1',
      '<sip:c@d>;index=1.2.1;mp=1',
    ]);
    expect(entries).toMatchObject({
      value: [
        { index: [1], reason: { protocol: 'SIP', cause: 302, text: 'Moved' } },
        { index: [1, 2, 1], reason: undefined },
      ],
    });
  });

  test('section 5.2: only mp says that another user was called; rc and np are ordinary routing', () => {
    const entries = parseHistoryInfo([
      '<sip:a@b>;index=1',
      '<sip:c@d>;index=1.1;mp=1',
      '<sip:c@e>;index=1.1.1;rc=1.1',
      '<sip:f@g>;index=1.1.1.1;mp=1.1.1',
    ]);
    expect(entries.ok && retargetCount(entries.value)).toBe(2);
  });

  test.each(['<sip:a@b>', '<sip:a@b>;index=1.', '<sip:a@b>;index=a', '<sip:a@b>;index=1..2'])(
    '%j has no index',
    (text) => {
      expect(parseHistoryInfo([text]).ok).toBe(false);
    },
  );
});

describe('RFC 3326: Reason', () => {
  test('reads what it writes', () => {
    expect(parseReason(formatReason('SIP', 200, 'Call completed "elsewhere"'))).toMatchObject({
      value: { protocol: 'SIP', cause: 200, text: 'Call completed "elsewhere"' },
    });
    expect(formatReason('Q.850', 16)).toBe('Q.850;cause=16');
  });

  test('without a cause, and malformed', () => {
    expect(parseReason('Q.850;cause=abc')).toMatchObject({ value: { cause: undefined, text: undefined } });
    expect(parseReason(';cause=1').ok).toBe(false);
    expect(parseReason('SIP cause=1').ok).toBe(false);
  });
});

describe('RFC 3323: Privacy', () => {
  test('values are separated by ;', () => {
    expect(privacyOf(headers('Privacy: id;critical\r\nPrivacy: User'))).toEqual(['id', 'critical', 'User']);
    expect(privacyOf(headers('To: a'))).toEqual([]);
  });

  test('RFC 3325 section 9.3: id hides the asserted identity, none forbids that', () => {
    expect([['id'], ['user'], ['HEADER'], ['session'], ['none', 'id'], []].map(hidesIdentity)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('§20.22: Max-Forwards', () => {
  test.each([
    ['Max-Forwards: 0', { ok: true, value: 0 }],
    ['Max-Forwards: 0068', { ok: true, value: 68 }],
    ['Max-Forwards: 255', { ok: true, value: 255 }],
    ['To: a', { ok: true, value: undefined }],
  ])('%s', (text, value) => {
    expect(maxForwardsOf(headers(text))).toEqual(value);
  });

  test.each(['256', '-1', '', 'many'])('%j is malformed', (value) => {
    expect(maxForwardsOf(headers(`Max-Forwards: ${value}`)).ok).toBe(false);
  });
});

test('§20.32: option tags compare without regard to case', () => {
  expect(hasToken(['Timer', '100rel'], 'timer')).toBe(true);
  expect(unknownTokens(['timer', 'nothing1', 'PATH'], ['path', 'timer'])).toEqual(['nothing1']);
  expect([areTokens(['timer', '100rel']), areTokens(['two words']), areTokens([])]).toEqual([
    true,
    false,
    true,
  ]);
});
