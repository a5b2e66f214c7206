import { describe, expect, test } from 'vitest';
import { parseAuth } from '../message/auth-params.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import {
  type AuthenticatorSettings,
  DigestAuthenticator,
  type DigestUsers,
  type Verdict,
} from './authenticator.ts';
import { type DigestAlgorithm, digestOf, digestResponse, type KnownCredentials } from './digest.ts';

const PEER = '192.0.2.7';
const NOW = 1_700_000_000_000;
const REALM = 'sip.example.com';
const SETTINGS: AuthenticatorSettings = {
  realm: REALM,
  algorithms: ['MD5', 'SHA-256'],
  nonceSecret: 'secret of this life',
  nonceLifetime: 3_600_000,
};
const STALE: Verdict<never> = { kind: 'challenge', stale: true };
const CHALLENGE: Verdict<never> = { kind: 'challenge', stale: false };

function ha1(username: string, password: string, algorithm: DigestAlgorithm): string {
  return digestOf(algorithm, `${username}:${REALM}:${password}`);
}

const PBX: KnownCredentials = {
  md5: ha1('pbx', 'right', 'MD5'),
  sha256: ha1('pbx', 'right', 'SHA-256'),
};

/** There is one, and that is all there is to know of it. */
function only(credentials: KnownCredentials): DigestUsers<KnownCredentials> {
  return {
    find: (username) => (username === 'pbx' ? credentials : undefined),
    credentials: (user) => user,
  };
}

function register(
  authorizations: readonly string[],
  uri = 'sip:sip.example.com',
  method = 'REGISTER',
): SipRequest {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776',
    'Max-Forwards: 70',
    'From: <sip:pbx@sip.example.com>;tag=456248',
    'To: <sip:pbx@sip.example.com>',
    'Call-ID: 843817637684230@998sdasdh09',
    `CSeq: 1826 ${method}`,
    ...authorizations.map((value) => `Authorization: ${value}`),
    'Content-Length: 0',
  ];
  const message = parseMessage(`${lines.join('\r\n')}\r\n\r\n`);
  if (!(message instanceof SipRequest)) throw new Error('not a request');
  return message;
}

interface Answer {
  readonly username?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly algorithm?: DigestAlgorithm;
  readonly written?: string;
  readonly uri?: string;
  readonly nc?: string;
  readonly qop?: string | undefined;
  readonly method?: string;
}

/** Credentials as a PBX would make them for `nonce`, with what the test wants to be different. */
function answerTo(nonce: string, answer: Answer = {}): string {
  const { username = 'pbx', password = 'right', realm = REALM, algorithm = 'MD5' } = answer;
  const { uri = 'sip:sip.example.com', nc = '00000001', method = 'REGISTER' } = answer;
  const withQop = !('qop' in answer) || answer.qop !== undefined;
  const cnonce = '0a4f113b';
  const secret = digestOf(algorithm, `${username}:${realm}:${password}`);
  const qop = withQop ? { nc, cnonce } : undefined;
  const response = digestResponse(algorithm, secret, { method, uri, nonce, qop });
  const written = answer.written ?? `, algorithm=${algorithm}`;
  const counted = withQop ? `, qop=${answer.qop ?? 'auth'}, nc=${nc}, cnonce="${cnonce}"` : '';
  return `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"${written}${counted}`;
}

function nonceOf(challenge: string): string {
  const [line = ''] = challenge.split('\r\n');
  const value = parseAuth(line.substring('WWW-Authenticate: '.length), 'WWW-Authenticate');
  return value.ok ? (value.value.params.get('nonce') ?? '') : '';
}

function start(settings: Partial<AuthenticatorSettings> = {}) {
  const authenticator = new DigestAuthenticator({ ...SETTINGS, ...settings });
  const nonce = nonceOf(authenticator.challenge(PEER, NOW, false));
  const verify = (request: SipRequest, now = NOW) => authenticator.verify(request, PEER, only(PBX), now);
  return { authenticator, nonce, verify };
}

describe('challenge', () => {
  test('RFC 8760 §2.3: one header field for each algorithm, in the order offered', () => {
    const lines = new DigestAuthenticator(SETTINGS).challenge(PEER, NOW, false).split('\r\n');
    expect(lines.length).toBe(3);
    expect(lines[0]).toMatch(
      /^WWW-Authenticate: Digest realm="sip\.example\.com", nonce="[\w.-]+", algorithm=MD5, qop="auth"$/,
    );
    expect(lines[1]).toMatch(/, algorithm=SHA-256, qop="auth"$/);
    expect(lines[2]).toBe('');
  });

  test('RFC 7616 §3.3: stale=true when only the nonce was wrong', () => {
    const authenticator = new DigestAuthenticator(SETTINGS);
    expect(authenticator.challenge(PEER, NOW, true)).toContain(', stale=true\r\n');
    expect(authenticator.challenge(PEER, NOW, false)).not.toContain('stale');
  });

  test('every challenge has a nonce of its own', () => {
    const authenticator = new DigestAuthenticator(SETTINGS);
    const nonces = new Set<string>();
    for (let i = 0; i < 50; i += 1) nonces.add(nonceOf(authenticator.challenge(PEER, NOW, false)));
    expect(nonces.size).toBe(50);
  });
});

describe('verify', () => {
  test.each(['MD5', 'SHA-256'] as const)('right credentials with %s', (algorithm) => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce, { algorithm })]))).toEqual({
      kind: 'ok',
      user: PBX,
      byOld: false,
    });
  });

  test('§22.1: a request without credentials is challenged', () => {
    expect(start().verify(register([]))).toEqual(CHALLENGE);
  });

  test('the answer to an unknown user is the answer to a wrong password', () => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce, { password: 'wrong' })]))).toEqual(CHALLENGE);
    expect(verify(register([answerTo(nonce, { username: 'nobody' })]))).toEqual(CHALLENGE);
  });

  test('what stands in for the credentials of an unknown user opens nothing', () => {
    const { nonce, verify } = start();
    const uri = 'sip:sip.example.com';
    const qop = { nc: '00000001', cnonce: 'c' };
    const response = digestResponse('MD5', '0'.repeat(32), { method: 'REGISTER', uri, nonce, qop });
    const value = `Digest username="nobody", realm="${REALM}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, nc=00000001, cnonce="c"`;
    expect(verify(register([value]))).toEqual(CHALLENGE);
  });

  test('§22.3: the credentials for our realm are used, wherever they stand', () => {
    const { nonce, verify } = start();
    const other = answerTo(nonce, { realm: 'other.example' });
    expect(verify(register([other, 'Basic Zm9vOmJhcg==', answerTo(nonce)])).kind).toBe('ok');
    expect(verify(register([other]))).toEqual(CHALLENGE);
  });

  test('a cached nonce serves the refresh, with the next count', () => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce, { nc: '00000001' })])).kind).toBe('ok');
    expect(verify(register([answerTo(nonce, { nc: '00000002' })]), NOW + 3_500_000).kind).toBe('ok');
  });

  test('RFC 7616 §3.4.4: a request that is sent again gets stale=true and nothing else', () => {
    const { nonce, verify } = start();
    const request = register([answerTo(nonce)]);
    expect(verify(request).kind).toBe('ok');
    expect(verify(request)).toEqual(STALE);
  });

  test('an expired nonce is stale', () => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce)]), NOW + 3_600_000)).toEqual(STALE);
  });

  test('a nonce of an earlier life of the trunk server is stale', () => {
    const { nonce } = start({ nonceSecret: 'secret of an earlier life' });
    expect(start().verify(register([answerTo(nonce)]))).toEqual(STALE);
  });

  test('§22.4: without qop (RFC 2069) the nonce is good for one request', () => {
    const { nonce, verify } = start();
    const request = register([answerTo(nonce, { qop: undefined })]);
    expect(verify(request)).toEqual({ kind: 'ok', user: PBX, byOld: false });
    expect(verify(request)).toEqual(STALE);
  });

  test('RFC 8760 §2.4: an algorithm that was not offered is challenged again', () => {
    const { nonce, verify } = start({ algorithms: ['SHA-256'] });
    expect(verify(register([answerTo(nonce, { algorithm: 'MD5' })]))).toEqual(CHALLENGE);
    expect(verify(register([answerTo(nonce, { written: '' })]))).toEqual(CHALLENGE);
    expect(verify(register([answerTo(nonce, { written: ', algorithm=MD5-sess' })]))).toEqual(CHALLENGE);
    expect(verify(register([answerTo(nonce, { algorithm: 'SHA-256' })])).kind).toBe('ok');
  });

  test('RFC 7616 §3.3: no algorithm means MD5', () => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce, { written: '' })])).kind).toBe('ok');
  });

  test('the method is part of what is signed', () => {
    const { nonce, verify } = start();
    expect(verify(register([answerTo(nonce, { method: 'INVITE' })]))).toEqual(CHALLENGE);
  });

  test.each(['sip:SIP.example.com', 'sip:sip.example.com:5060', 'sip:sip.example.com;transport=udp'])(
    'RFC 7616 §3.4.6: uri %s means the Request-URI',
    (uri) => {
      const { nonce, verify } = start();
      expect(verify(register([answerTo(nonce, { uri })])).kind).toBe('ok');
    },
  );

  test.each(['sip:other.example.com', 'sip:sip.example.com:5070', 'sip:pbx@sip.example.com', 'nonsense'])(
    'RFC 7616 §3.4.6: uri %s does not, which is a 400',
    (uri) => {
      const { nonce, verify } = start();
      expect(verify(register([answerTo(nonce, { uri })]))).toEqual({
        kind: 'badRequest',
        reason: 'Authorization Is for Another Request-URI',
      });
    },
  );

  test.each([
    ['no scheme', '=', 'Malformed Authorization'],
    ['a parameter twice', `Digest realm="${REALM}", realm="${REALM}"`, 'Malformed Authorization'],
    ['an open quote', `Digest realm="${REALM}", nonce="x`, 'Malformed Authorization'],
    ['only a realm', `Digest realm="${REALM}"`, 'Authorization Lacks username, nonce, uri or response'],
    ['qop=auth-int', answerTo('n', { qop: 'auth-int' }), 'qop Was Not Offered'],
    ['nc=00000000', answerTo('n', { nc: '00000000' }), 'nc Is Not a Hexadecimal Number From 00000001 On'],
    ['nc=zz', answerTo('n', { nc: 'zz' }), 'nc Is Not a Hexadecimal Number From 00000001 On'],
    [
      'nc of nine digits',
      answerTo('n', { nc: '100000000' }),
      'nc Is Not a Hexadecimal Number From 00000001 On',
    ],
    [
      'qop without nc and cnonce',
      `Digest username="a", realm="${REALM}", nonce="n", uri="u", response="r", qop=auth`,
      'Authorization With qop Lacks nc or cnonce',
    ],
  ])('a 400 that says why: %s', (_case, value, reason) => {
    expect(start().verify(register([value]))).toEqual({ kind: 'badRequest', reason });
  });

  test.each(['', 'x', 'é'.repeat(32), '0'.repeat(31), '0'.repeat(5000)])(
    'a response that is no digest is a wrong one (%#)',
    (response) => {
      const { nonce, verify } = start();
      const value = answerTo(nonce).replace(/response="[^"]*"/, `response="${response}"`);
      expect(verify(register([value]))).toEqual(CHALLENGE);
    },
  );

  test('the old password is looked at only where the new one does not fit', () => {
    const { authenticator, nonce } = start();
    let looked = 0;
    const old = {
      get md5() {
        looked += 1;
        return ha1('pbx', 'before', 'MD5');
      },
      sha256: '',
    };
    const user = { md5: ha1('pbx', 'right', 'MD5'), sha256: '', old };
    const verify = (password: string, nc: string) =>
      authenticator.verify(register([answerTo(nonce, { password, nc })]), PEER, only(user), NOW);
    expect(verify('right', '00000001')).toMatchObject({ kind: 'ok', byOld: false });
    expect(looked).toBe(0);
    expect(verify('before', '00000002')).toMatchObject({ kind: 'ok', byOld: true });
    expect(verify('wrong', '00000003')).toEqual(CHALLENGE);
    expect(looked).toBe(2);
  });

  test('requests that fail leave nothing behind', () => {
    const { authenticator, nonce, verify } = start();
    for (let i = 0; i < 200; i += 1) {
      verify(register([answerTo(nonce, { username: `guess${i}` })]));
      verify(register([answerTo(nonce, { password: `guess${i}` })]));
    }
    expect(authenticator.users).toBe(0);
    expect(verify(register([answerTo(nonce)])).kind).toBe('ok');
    expect(authenticator.users).toBe(1);
  });
});
