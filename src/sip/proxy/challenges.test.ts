import { describe, expect, test } from 'vitest';
import { requestText, responseTo, sipRequest, sipResponse } from '../../../test/support/sip-core.ts';
import type { SipResponse } from '../message/message.ts';
import { collectChallenges } from './challenges.ts';

const INVITE = sipRequest(requestText('INVITE'));

function refusal(status: number, headers: string): SipResponse {
  return sipResponse(responseTo(INVITE, status, { headers }));
}

const A = refusal(401, 'WWW-Authenticate: Digest realm="a", nonce="1"\r\n');
const B = refusal(
  407,
  'Proxy-Authenticate: Digest realm="b", nonce="2"\r\nProxy-Authenticate: Basic realm="b"\r\n',
);
const BOTH = refusal(401, 'WWW-Authenticate: Digest realm="c"\r\nProxy-Authenticate: Digest realm="d"\r\n');

describe('§16.7 step 7: challenges', () => {
  test('a 401 carries those of the other 401s and 407s, but not its own again', () => {
    expect(collectChallenges(A, [A, B, BOTH])).toBe(
      'Proxy-Authenticate: Digest realm="b", nonce="2"\r\nProxy-Authenticate: Basic realm="b"\r\n' +
        'WWW-Authenticate: Digest realm="c"\r\nProxy-Authenticate: Digest realm="d"\r\n',
    );
  });

  test('so does a 407', () => {
    expect(collectChallenges(B, [A, B])).toBe('WWW-Authenticate: Digest realm="a", nonce="1"\r\n');
  });

  test('any other response carries none', () => {
    expect(collectChallenges(refusal(404, ''), [A, B])).toBe('');
  });

  test('a folded challenge stays one line', () => {
    const folded = refusal(401, 'WWW-Authenticate: Digest realm="a",\r\n nonce="1"\r\n');
    expect(collectChallenges(A, [folded])).toBe('WWW-Authenticate: Digest realm="a", nonce="1"\r\n');
  });
});
