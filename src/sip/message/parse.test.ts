import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { parseMessage } from './parse.ts';

const LINES: Readonly<Record<string, string>> = {
  start: 'INVITE sip:+12125551234@192.0.2.10 SIP/2.0',
  via: 'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKa;rport',
  maxForwards: 'Max-Forwards: 70',
  from: 'From: "A \\" B" <sip:a@192.0.2.5>;tag=f1',
  to: 'To: <sip:+12125551234@192.0.2.10>',
  callId: 'Call-ID: c1@192.0.2.5',
  cseq: 'CSeq: 7 INVITE',
};

/** An INVITE with some of its lines replaced; '' leaves one out. */
function invite(changes: Readonly<Record<string, string>> = {}, body = ''): string {
  const lines = Object.values({ ...LINES, ...changes }).filter((line) => line !== '');
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const OK = {
  start: 'SIP/2.0 200 OK',
  to: 'To: <sip:+12125551234@192.0.2.10>;tag=t1',
};

describe('a request', () => {
  test('has its mandatory fields', () => {
    expect(parseMessage(invite())).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:+12125551234@192.0.2.10',
      via: { host: '192.0.2.5', branch: 'z9hG4bKa', rport: '' },
      cseq: 7,
      cseqMethod: 'INVITE',
      callId: 'c1@192.0.2.5',
      fromTag: 'f1',
      toTag: undefined,
      maxForwards: { ok: true, value: 70 },
    });
  });

  test('§7.5: line breaks before the start line are ignored', () => {
    expect(parseMessage(`\r\n\r\n${invite()}`)).toMatchObject({ kind: 'request', start: 4 });
  });

  test('RFC 2543: no branch, no tags, no Max-Forwards', () => {
    const text = invite({ via: 'Via: SIP/2.0/UDP a', from: 'From: sip:a@b', maxForwards: '' });
    expect(parseMessage(text)).toMatchObject({
      kind: 'request',
      fromTag: undefined,
      maxForwards: { value: undefined },
    });
  });

  test('§18.3: the body ends with Content-Length, or with the datagram', () => {
    expect(parseMessage(invite({ l: 'l: 3' }, 'v=0rest'))).toMatchObject({ body: 'v=0', contentLength: 3 });
    expect(parseMessage(invite({}, 'v=0'))).toMatchObject({ body: 'v=0', contentLength: undefined });
  });

  test.each([
    ['Missing From', { from: '' }],
    ['Missing To', { to: '' }],
    ['Missing Call-ID', { callId: '' }],
    ['Missing Call-ID', { callId: 'Call-ID:' }],
    ['Missing CSeq', { cseq: '' }],
    ['More Than One t', { to2: 't: <sip:other@example.com>' }],
    ['More Than One Max-Forwards', { m2: 'Max-Forwards: 3' }],
    ['Malformed CSeq', { cseq: 'CSeq: 2147483648 INVITE' }],
    ['Malformed CSeq', { cseq: 'CSeq: -1 INVITE' }],
    ['Malformed CSeq', { cseq: 'CSeq: 7INVITE' }],
    ['Malformed CSeq', { cseq: 'CSeq: 7' }],
    ['CSeq Method Is Not the Request Method', { cseq: 'CSeq: 7 invite' }],
    ['Malformed From', { from: 'From: <sip:a@b' }],
    ['Malformed From', { from: 'From: <sip:a@b>, <sip:c@d>' }],
    ['Malformed To', { to: 'To: "open <sip:a@b>' }],
    ['Malformed To', { to: 'To: ' }],
    ['Malformed Via', { via: 'Via: SIP/2.0/UDP a;;' }],
    ['Content-Length Malformed or Larger Than the Body', { l: 'l: 1' }],
    ['Content-Length Malformed or Larger Than the Body', { l: 'Content-Length: +0' }],
    ['NUL in Header Field', { odd: 'Subject: a\0b' }],
    ['Request-URI Without a Scheme', { start: 'INVITE 192.0.2.10 SIP/2.0' }],
    ['Missing Request-URI', { start: 'INVITE SIP/2.0' }],
    ['Malformed Method', { start: 'IN<VITE sip:a@b SIP/2.0' }],
    ['Malformed SIP-Version', { start: 'INVITE sip:a@b SIP/2.x' }],
    ['White Space at the End of the Request-Line', { start: 'INVITE sip:a@b SIP/2.0 ' }],
  ])('400 %s', (reason, changes) => {
    expect(parseMessage(invite(changes))).toMatchObject({ kind: 'badRequest', status: 400, reason });
  });

  test.each([
    [416, { start: 'INVITE mailto:a@b SIP/2.0' }],
    [505, { start: 'INVITE sip:a@b SIP/3.0' }],
    [414, { start: `INVITE sip:${'a'.repeat(2100)}@b SIP/2.0` }],
  ])('%i', (status, changes) => {
    expect(parseMessage(invite(changes))).toMatchObject({ kind: 'badRequest', status });
  });

  test.each(['sips:a@b', 'tel:+12125551234', 'SIP:a@b'])('the scheme of %s is ours', (uri) => {
    expect(parseMessage(invite({ start: `INVITE ${uri} SIP/2.0` }))).toMatchObject({ kind: 'request', uri });
  });

  test('limits: size 513, Via values 400', () => {
    expect(parseMessage(invite({}, 'x'.repeat(500)), { ...DEFAULT_LIMITS, size: 500 })).toMatchObject({
      status: 513,
    });
    const vias = 'Via: SIP/2.0/UDP a, SIP/2.0/UDP b, SIP/2.0/UDP c';
    expect(parseMessage(invite({ via: vias }), { ...DEFAULT_LIMITS, vias: 3 })).toMatchObject({
      kind: 'request',
    });
    expect(parseMessage(invite({ via: vias }), { ...DEFAULT_LIMITS, vias: 2 })).toMatchObject({
      reason: 'Too Many Via Values',
    });
  });

  test('limits: a response may have the Via values of such a request and ours', () => {
    const response = (vias: number) =>
      `SIP/2.0 200 OK\r\n${'Via: SIP/2.0/UDP a\r\n'.repeat(vias)}From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n`;
    expect(parseMessage(response(71)).kind).toBe('response');
    expect(parseMessage(response(72)).kind).toBe('discard');
  });
});

describe('what cannot or must not be answered', () => {
  test.each([
    ['keep-alive', '\r\n\r\n'],
    ['keep-alive', ''],
    ['not SIP: no line end', '\0\0\0\0'],
    ['not SIP: no version in the first line', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['request without Via', invite({ via: '' })],
    ['request with a malformed top Via', invite({ via: 'Via: nonsense' })],
    ['ACK: Missing From', invite({ start: 'ACK sip:a@b SIP/2.0', cseq: 'CSeq: 7 ACK', from: '' })],
    ['response of another SIP version', invite({ ...OK, start: 'SIP/3.0 200 OK' })],
    ['response with a malformed status line', invite({ ...OK, start: 'SIP/2.0 99 Low' })],
    ['response with a malformed status line', invite({ ...OK, start: 'SIP/2.0 700 High' })],
    ['response with a malformed status line', invite({ ...OK, start: 'SIP/2.0 2000 OK' })],
    ['response with a stray CR', invite({ ...OK, start: 'SIP/2.0 200 O\rK' })],
    ['response: Missing CSeq', invite({ ...OK, cseq: '' })],
    ['response: Content-Length Malformed or Larger Than the Body', invite({ ...OK, l: 'l: 9' })],
  ])('%s', (reason, text) => {
    expect(parseMessage(text)).toEqual({ kind: 'discard', reason });
  });
});

describe('a response', () => {
  test('has its status and reason', () => {
    expect(parseMessage(invite(OK))).toMatchObject({
      kind: 'response',
      status: 200,
      reason: 'OK',
      toTag: 't1',
    });
  });

  test('§7.2: the reason phrase may be empty', () => {
    expect(parseMessage(invite({ ...OK, start: 'SIP/2.0 180 ' }))).toMatchObject({ status: 180, reason: '' });
    expect(parseMessage(invite({ ...OK, start: 'SIP/2.0 180' }))).toMatchObject({ status: 180, reason: '' });
  });

  test('the Via below the top one says where it goes on to', () => {
    const below = 'Via: SIP/2.0/TCP b:5070;received=192.0.2.9';
    for (const changes of [
      { ...OK, via: 'Via: SIP/2.0/UDP a, SIP/2.0/TCP b:5070;received=192.0.2.9' },
      { ...OK, via2: below },
    ]) {
      expect(parseMessage(invite(changes))).toMatchObject({
        nextVia: { transport: 'TCP', host: 'b', port: 5070, received: '192.0.2.9' },
      });
    }
    expect(parseMessage(invite(OK))).toMatchObject({ nextVia: undefined });
  });
});
