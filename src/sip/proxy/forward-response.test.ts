import { describe, expect, test } from 'vitest';
import { sipResponse } from '../../../test/support/sip-core.ts';
import { forwardResponse } from './forward-response.ts';

const OURS = 'SIP/2.0/UDP 192.0.2.10:5060;rport=5060;branch=z9hG4bKours;received=192.0.2.10';
const PLAIN = { to: undefined, removeAssertedIdentity: false };

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

const REST = [
  'From: <sip:a@b>;tag=1',
  'To: "Bob, Sr." <sip:2125551234@b>;x=y;tag=bob',
  'Call-ID: c',
  'CSeq: 7 INVITE',
];

describe('§16.7 steps 3 and 9: the response as it goes on', () => {
  test('our Via is gone, all else is as it came', () => {
    const response = sipResponse(
      `${lines('SIP/2.0 200 Fine, thanks', `Via: ${OURS}`, 'v:SIP/2.0/UDP h;x', ...REST, 'l: 3')}v=0`,
    );
    expect(forwardResponse(response, PLAIN)).toBe(
      `${lines('SIP/2.0 200 Fine, thanks', 'v:SIP/2.0/UDP h;x', ...REST, 'l: 3')}v=0`,
    );
  });

  test('of comma-joined Vias the first is taken, the others stay on their line', () => {
    const response = sipResponse(
      lines('SIP/2.0 180 Ringing', `v: ${OURS} , SIP/2.0/UDP h;x,SIP/2.0/TCP i`, ...REST),
    );
    expect(forwardResponse(response, PLAIN)).toBe(
      lines('SIP/2.0 180 Ringing', 'v:  SIP/2.0/UDP h;x,SIP/2.0/TCP i', ...REST),
    );
  });

  test('a folded Via is taken with all its lines', () => {
    const response = sipResponse(
      lines(
        'SIP/2.0 180 Ringing',
        'Via: SIP/2.0/UDP 192.0.2.10',
        '  ;branch=z9hG4bKours',
        'Via: SIP/2.0/UDP h',
        ...REST,
      ),
    );
    expect(forwardResponse(response, PLAIN)).toBe(
      lines('SIP/2.0 180 Ringing', 'Via: SIP/2.0/UDP h', ...REST),
    );
  });

  test('our Via is taken wherever it stands among the header fields', () => {
    const response = sipResponse(lines('SIP/2.0 180 Ringing', ...REST, `Via: ${OURS}`, 'Via: SIP/2.0/UDP h'));
    expect(forwardResponse(response, PLAIN)).toBe(
      lines('SIP/2.0 180 Ringing', ...REST, 'Via: SIP/2.0/UDP h'),
    );
  });

  test("§8.2.6.2: the caller gets its own To back, with the callee's tag", () => {
    const response = sipResponse(lines('SIP/2.0 200 OK', `Via: ${OURS}`, 'Via: SIP/2.0/UDP h', ...REST));
    const forwarding = { to: '"DID" <sip:+12125551234@192.0.2.10>;p=q', removeAssertedIdentity: false };
    const forwarded = forwardResponse(response, forwarding);
    expect(forwarded).toContain('\r\nTo: "DID" <sip:+12125551234@192.0.2.10>;p=q;tag=bob\r\n');
    expect(sipResponse(forwarded).toTag).toBe('bob');
  });

  test('a response without a To tag gets none', () => {
    const response = sipResponse(
      lines(
        'SIP/2.0 180 Ringing',
        `Via: ${OURS}`,
        'Via: SIP/2.0/UDP h',
        'f: sip:a@b',
        't: sip:2@b',
        'i: c',
        'CSeq: 7 INVITE',
      ),
    );
    const forwarded = forwardResponse(response, { to: 'sip:1@b', removeAssertedIdentity: false });
    expect(forwarded).toContain('\r\nt: sip:1@b\r\n');
  });

  test('RFC 3325 section 5: what an untrusted callee asserts is taken out', () => {
    const response = sipResponse(
      lines(
        'SIP/2.0 200 OK',
        `Via: ${OURS}`,
        'Via: SIP/2.0/UDP h',
        'P-Asserted-Identity: <sip:x@y>',
        ...REST,
      ),
    );
    expect(forwardResponse(response, { to: undefined, removeAssertedIdentity: true })).toBe(
      lines('SIP/2.0 200 OK', 'Via: SIP/2.0/UDP h', ...REST),
    );
  });

  test('lines are put behind the others, in front of the body', () => {
    const response = sipResponse(
      `${lines('SIP/2.0 401 No', `Via: ${OURS}`, 'Via: SIP/2.0/UDP h', ...REST, 'l: 1')}x`,
    );
    expect(forwardResponse(response, PLAIN, 'WWW-Authenticate: Digest realm="b"\r\n')).toBe(
      `${lines('SIP/2.0 401 No', 'Via: SIP/2.0/UDP h', ...REST, 'l: 1', 'WWW-Authenticate: Digest realm="b"')}x`,
    );
  });
});
