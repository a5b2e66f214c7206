import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { DigestAuthenticator } from '../auth/authenticator.ts';
import { digestOf, digestResponse } from '../auth/digest.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { LocationService } from './location-service.ts';
import { register } from './register.ts';
import { flow, NOW } from './test-register.ts';

// V8 keeps a substring as a view of the text that it was cut from. For a binding that would be its whole REGISTER, and
// for each nonce of a user the one that it came in.

const PBXS = 500;
const PADDING = `X-Padding: ${'x'.repeat(1_000)}\r\n`.repeat(10);
const REALM = 'sip.example.com';
const PEER = flow('192.0.2.10', 5060);
const LIMITS = { expiry: { min: 60, max: 3600, default: 1800 }, isOurs: () => false };
const HA1 = { md5: digestOf('MD5', `pbx:${REALM}:secret`), sha256: '' };
const USERS = { find: () => HA1, credentials: () => HA1 };

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** In one piece, as it comes from a socket. */
function request(pbx: number, authorization = ''): SipRequest {
  const text = [
    `REGISTER sip:${REALM} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK776',
    'Max-Forwards: 70',
    `From: <sip:pbx${pbx}@sip.example.com>;tag=456248`,
    `To: <sip:pbx${pbx}@sip.example.com>`,
    `Call-ID: 843817637684230-${pbx}@998sdasdh09`,
    'CSeq: 1826 REGISTER',
    `Contact: <sip:pbx${pbx}@192.0.2.10;line=a1b2c3d4>;+sip.instance="<urn:uuid:00000000-${pbx}>"`,
    'Supported: path',
    `Path: <sip:edge-proxy-number-${pbx}.example.com;lr>`,
    'User-Agent: FPBX-16.0.40(18.20.0)',
    `${authorization}${PADDING}Content-Length: 0\r\n\r\n`,
  ].join('\r\n');
  const message = parseMessage(Buffer.from(text, 'latin1').toString('latin1'));
  if (!(message instanceof SipRequest)) throw new Error(JSON.stringify(message));
  return message;
}

test('a binding keeps nothing of its REGISTER but what it needs', () => {
  const locationService = new LocationService();
  const before = heapBytes();
  for (let pbx = 0; pbx < PBXS; pbx += 1) {
    const { status } = register(locationService, `${pbx}`, request(pbx), PEER, NOW, LIMITS);
    expect(status).toBe(200);
  }
  const kept = (heapBytes() - before) / PBXS;
  expect(locationService.size).toBe(PBXS);
  expect(kept, 'bytes for each binding').toBeLessThan(PADDING.length / 2);
});

test('a nonce that was used keeps nothing of the request that it came in', () => {
  const authenticator = new DigestAuthenticator({
    realm: REALM,
    algorithms: ['MD5'],
    nonceSecret: 'secret',
    nonceLifetime: 3_600_000,
  });
  const before = heapBytes();
  for (let pbx = 0; pbx < PBXS; pbx += 1) {
    const nonce = /nonce="([^"]*)"/.exec(authenticator.challenge(PEER.address, NOW, false))?.[1] ?? '';
    const uri = `sip:${REALM}`;
    const qop = { nc: '00000001', cnonce: 'abc' };
    const response = digestResponse('MD5', HA1.md5, { method: 'REGISTER', uri, nonce, qop });
    const answer = `username="pbx-number-${pbx}",realm="${REALM}",nonce="${nonce}",uri="${uri}",qop=auth,nc=00000001,cnonce="abc"`;
    const asking = request(pbx, `Authorization: Digest ${answer},response="${response}"\r\n`);
    expect(authenticator.verify(asking, PEER.address, USERS, NOW).kind).toBe('ok');
  }
  const kept = (heapBytes() - before) / PBXS;
  expect(authenticator.users).toBe(PBXS);
  expect(kept, 'bytes for each user').toBeLessThan(PADDING.length / 2);
});
