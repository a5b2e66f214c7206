import { describe, expect, test } from 'vitest';
import { requestText, sipRequest } from '../../../test/support/sip-core.ts';
import type { SipRequest } from '../message/message.ts';
import { BranchIds, loopHashOf } from './branch-ids.ts';
import { isLoop, loopHash } from './loop.ts';

const branches = new BranchIds('boot1');

function invite(changes: Readonly<Record<string, string>> = {}): SipRequest {
  return sipRequest(requestText('INVITE', changes));
}

/** The request after it went through us and others, who put their Vias on top of ours. */
function comeBack(
  first: SipRequest,
  changes: Readonly<Record<string, string>> = {},
  sentBy = '192.0.2.10:5060',
): SipRequest {
  const ours = `SIP/2.0/UDP ${sentBy};rport;branch=${branches.next(loopHash(first))};received=192.0.2.10`;
  return invite({
    via: `Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKpbx\r\nVia: SIP/2.0/UDP 203.0.113.1;branch=z9hG4bKx, ${ours}\r\nVia: ${first.via}`,
    maxForwards: 'Max-Forwards: 67',
    ...changes,
  });
}

describe('§16.3 step 4, RFC 5393 section 4.2: a loop', () => {
  test('is the request that came back as it was', () => {
    expect(isLoop(comeBack(invite()), '192.0.2.10', 5060)).toBe(true);
  });

  test('is no loop when it comes for the first time', () => {
    expect(isLoop(invite(), '192.0.2.10', 5060)).toBe(false);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['another Request-URI', { start: 'INVITE sip:+12125559999@192.0.2.10 SIP/2.0' }],
    ['another Route', { route: 'Route: <sip:other.example;lr>' }],
    ['another CSeq', { cseq: 'CSeq: 8 INVITE' }],
    ['another Call-ID', { callId: 'Call-ID: call-2' }],
    ['another From tag', { from: 'From: <sip:+13125550000@192.0.2.5>;tag=other' }],
    ['a To tag', { to: 'To: <sip:+12125551234@192.0.2.10>;tag=x' }],
    ['a Proxy-Require', { proxyRequire: 'Proxy-Require: x' }],
  ])('with %s it is a spiral and goes on', (_, changes) => {
    expect(isLoop(comeBack(invite(), changes), '192.0.2.10', 5060)).toBe(false);
  });

  test('with another Route below the first it is a spiral, too', () => {
    const first = 'Route: <sip:a.example;lr>';
    const back = comeBack(invite({ route: `${first}\r\nRoute: <sip:b.example;lr>` }), { route: first });
    expect(isLoop(back, '192.0.2.10', 5060)).toBe(false);
  });

  test('what does not steer the routing does not make a spiral', () => {
    const changes = { contact: 'Contact: <sip:other@example.com>', subject: 'Subject: x' };
    expect(isLoop(comeBack(invite(), changes), '192.0.2.10', 5060)).toBe(true);
  });

  test('the Via of another host or port is none of ours', () => {
    const back = comeBack(invite());
    expect(isLoop(back, '192.0.2.11', 5060)).toBe(false);
    expect(isLoop(back, '192.0.2.10', 5062)).toBe(false);
    expect(isLoop(back, '92.0.2.10', 5060)).toBe(false);
  });

  test('our Via without its port is still ours where the port is 5060', () => {
    expect(isLoop(comeBack(invite(), {}, '192.0.2.10'), '192.0.2.10', 5060)).toBe(true);
  });

  test('IPv6', () => {
    expect(isLoop(comeBack(invite(), {}, '[2001:db8::1]:5060'), '[2001:db8::1]', 5060)).toBe(true);
  });

  test('broken Vias below the top one are passed over', () => {
    const via =
      'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKpbx\r\nVia: 192.0.2.10\r\nVia: SIP/2.0/UDP 192.0.2.10;;';
    expect(isLoop(invite({ via }), '192.0.2.10', 5060)).toBe(false);
  });
});

describe('branches', () => {
  test('begin with the cookie, differ each time and carry the loop hash (8.1.1.7, 16.6 step 8)', () => {
    const ids = new BranchIds('boot2');
    const made = Array.from({ length: 1_000 }, () => ids.next(0x7fedcba9));
    expect(new Set(made).size).toBe(1_000);
    expect(made.every((branch) => branch.startsWith('z9hG4bKboot2.'))).toBe(true);
    expect(made.map(loopHashOf)).toEqual(made.map(() => 0x7fedcba9));
  });

  test('carry any hash of 31 bits', () => {
    for (const hash of [0, 1, 31, 32, 26 * 32, 0x40000000, 0x7fffffff]) {
      expect(loopHashOf(new BranchIds('boot4').next(hash))).toBe(hash);
    }
  });

  test('of two starts never meet', () => {
    expect(new BranchIds('a').next(1)).not.toBe(new BranchIds('b').next(1));
  });

  test('the loop hash is written in a token, and the same for the same request', () => {
    const ids = new BranchIds('boot3');
    expect(ids.next(loopHash(invite()))).toMatch(/^z9hG4bKboot3\.[a-z2-7]{7}\.[a-z2-7]{8}$/);
    expect(loopHash(invite())).toBe(loopHash(invite({ maxForwards: 'Max-Forwards: 3' })));
  });

  test('the loop hash of another branch is not found in one without a dot', () => {
    expect(['z9hG4bKabc', 'z9hG4bKabc.aaaaaaaaaaaaaaaa', '', '.'].map(loopHashOf)).toEqual([-1, -1, -1, -1]);
  });
});
