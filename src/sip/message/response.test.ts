import { describe, expect, test } from 'vitest';
import type { BadRequest, SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';
import { stampReceived } from './received.ts';
import { buildAck, buildCancel, buildRequest } from './request.ts';
import { buildResponse } from './response.ts';

const INVITE = [
  'INVITE sip:did@trunk;transport=udp SIP/2.0',
  'Via: SIP/2.0/UDP carrier.example.com:5070;rport;branch=z9hG4bK1, SIP/2.0/TCP b;branch=2',
  'v: SIP/2.0/UDP c;branch=3',
  'Route: <sip:edge;lr>,',
  ' <sip:core;lr>',
  'Record-Route: <sip:rr1;lr>',
  'Record-Route: <sip:rr2;lr>',
  'Timestamp: 54.2',
  't: "D" <sip:did@trunk>',
  'f: <sip:a@b>;tag=1',
  'i: call-1',
  'CSeq: 0042 INVITE',
  '',
  'ignored',
].join('\r\n');

function request(text: string): SipRequest {
  const message = parseMessage(text);
  if (message.kind === 'request') return message;
  throw new Error('no request');
}

function response(text: string): SipResponse {
  const message = parseMessage(text);
  if (message.kind === 'response') return message;
  throw new Error('no response');
}

function badRequest(text: string): BadRequest {
  const message = parseMessage(text);
  if (message.kind === 'badRequest') return message.request;
  throw new Error('no bad request');
}

describe('§8.2.6: responses', () => {
  test('copy Via, From, To, Call-ID, CSeq; To gets the tag', () => {
    expect(buildResponse(request(INVITE), 404, { toTag: 't9' })).toBe(
      [
        'SIP/2.0 404 Not Found',
        'Via: SIP/2.0/UDP carrier.example.com:5070;rport;branch=z9hG4bK1, SIP/2.0/TCP b;branch=2',
        'Via: SIP/2.0/UDP c;branch=3',
        'From: <sip:a@b>;tag=1',
        'To: "D" <sip:did@trunk>;tag=t9',
        'Call-ID: call-1',
        'CSeq: 0042 INVITE',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  });

  test('§8.2.6.1: a 100 repeats Timestamp and has no tag', () => {
    const text = buildResponse(request(INVITE), 100, { toTag: 't9' });
    expect(text).toContain('\r\nTimestamp: 54.2\r\n');
    expect(text).toContain('\r\nTo: "D" <sip:did@trunk>\r\n');
    expect(buildResponse(request(INVITE), 180)).not.toContain('Timestamp');
  });

  test('§8.2.6.2: a tag that is there stays', () => {
    const inDialog = request(INVITE.replace('<sip:did@trunk>\r\n', '<sip:did@trunk>;tag=old\r\n'));
    expect(buildResponse(inDialog, 200, { toTag: 't9' })).toContain(
      '\r\nTo: "D" <sip:did@trunk>;tag=old\r\n',
    );
  });

  test('Record-Route, header lines, a body and a reason of its own', () => {
    const text = buildResponse(request(INVITE), 200, {
      reason: 'Fine',
      recordRoute: true,
      headers: 'Server: T\r\n',
      body: 'v=0\r\n',
    });
    expect(response(text)).toMatchObject({ status: 200, reason: 'Fine', body: 'v=0\r\n' });
    expect(response(text).recordRoutes).toMatchObject({
      value: [{ uri: 'sip:rr1;lr' }, { uri: 'sip:rr2;lr' }],
    });
    expect(text).toContain('\r\nServer: T\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\n');
    expect(buildResponse(request(INVITE), 486, { recordRoute: true })).not.toContain('Record-Route');
  });

  test('a bad request is answered with what there is', () => {
    const bad = badRequest('INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=x\r\nCSeq: no\r\n\r\n');
    expect(buildResponse(bad, 400, { toTag: 't' })).toBe(
      'SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP h;branch=x\r\nCSeq: no\r\nContent-Length: 0\r\n\r\n',
    );
  });

  test('a status without a registered phrase gets that of its class', () => {
    expect(buildResponse(request(INVITE), 499)).toMatch(/^SIP\/2.0 499 Request Failure\r\n/);
  });
});

describe('where a request came from', () => {
  const stamp = (via: string, address: string, port: number): string =>
    stampReceived(
      request(
        `OPTIONS sip:a SIP/2.0\r\nVia: ${via}\r\nf: sip:a@b\r\nt: sip:a@b\r\ni: 1\r\nCSeq: 1 OPTIONS\r\n\r\n`,
      ),
      address,
      port,
    );

  test('§18.2.1: received only where sent-by says otherwise', () => {
    expect(stamp('SIP/2.0/UDP 192.0.2.1;branch=x', '192.0.2.1', 5060)).toBe('SIP/2.0/UDP 192.0.2.1;branch=x');
    expect(stamp('SIP/2.0/UDP 192.0.2.1;branch=x', '192.0.2.2', 5060)).toBe(
      'SIP/2.0/UDP 192.0.2.1;branch=x;received=192.0.2.2',
    );
    expect(stamp('SIP/2.0/UDP pbx.example.com', '192.0.2.2', 5060)).toBe(
      'SIP/2.0/UDP pbx.example.com;received=192.0.2.2',
    );
    expect(stamp('SIP/2.0/UDP [2001:DB8::1]:5060', '2001:db8::1', 5060)).toBe(
      'SIP/2.0/UDP [2001:DB8::1]:5060',
    );
  });

  test('RFC 3581 section 4: rport is filled in, and received with it', () => {
    expect(stamp('SIP/2.0/UDP 192.0.2.1:5060 ; RPORT;branch=x', '192.0.2.1', 1024)).toBe(
      'SIP/2.0/UDP 192.0.2.1:5060;rport=1024;branch=x;received=192.0.2.1',
    );
  });

  test.each([
    '192.0.2.1;branch=x',
    '192.0.2.1:5070;rport;branch=x',
    '192.0.2.1;branch=x;Keep="a b";rport',
    '[2001:DB8::1];branch=x;alias',
    'pbx.example.com;rport',
  ])('%s: white space among the parameters makes no difference, and goes', (via) => {
    const [sentBy, ...params] = via.split(';');
    const spaced = `SIP/2.0/UDP ${[sentBy, ...params.map((param) => param.replace('=', ' = '))].join(' ; ')}`;
    for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) {
      const usual = stamp(`SIP/2.0/UDP ${via}`, address, 5060);
      // Nothing is done to one that needs nothing.
      const asItCame = usual === `SIP/2.0/UDP ${via}`;
      expect(stamp(spaced, address, 5060)).toBe(asItCame ? spaced : usual);
    }
  });

  test('what the sender claimed itself does not stay', () => {
    expect(stamp('SIP/2.0/UDP 192.0.2.1;received=10.0.0.1;rport=9;branch=x', '192.0.2.1', 5060)).toBe(
      'SIP/2.0/UDP 192.0.2.1;rport=5060;branch=x;received=192.0.2.1',
    );
    expect(stamp('SIP/2.0/UDP 192.0.2.1;received=10.0.0.1', '192.0.2.1', 5060)).toBe('SIP/2.0/UDP 192.0.2.1');
    expect(stamp('SIP/2.0/UDP 192.0.2.1;rport=9;branch=x', '192.0.2.1', 5060)).toBe(
      'SIP/2.0/UDP 192.0.2.1;rport=5060;branch=x;received=192.0.2.1',
    );
    expect(stamp('SIP/2.0/UDP 192.0.2.1;rport;rport;branch=x', '192.0.2.1', 5060)).toBe(
      'SIP/2.0/UDP 192.0.2.1;rport=5060;rport=5060;branch=x;received=192.0.2.1',
    );
  });

  test('a response carries the stamped value and keeps the others', () => {
    const invite = request(INVITE);
    const topVia = stampReceived(invite, '192.0.2.7', 5072);
    expect(buildResponse(invite, 100, { topVia })).toContain(
      '\r\nVia: SIP/2.0/UDP carrier.example.com:5070;rport=5072;branch=z9hG4bK1;received=192.0.2.7, SIP/2.0/TCP b;branch=2\r\nVia: SIP/2.0/UDP c;branch=3\r\n',
    );
  });
});

describe('requests of our own', () => {
  test('§17.1.1.3: the ACK to a rejection: one Via, the tag of the response, the Route of the INVITE', () => {
    const invite = request(INVITE);
    const busy = response(buildResponse(invite, 486, { toTag: 't2' }));
    const ack = request(buildAck(invite, busy));
    expect(ack).toMatchObject({
      method: 'ACK',
      uri: 'sip:did@trunk;transport=udp',
      cseq: 42,
      callId: 'call-1',
      fromTag: '1',
      toTag: 't2',
      via: { branch: 'z9hG4bK1' },
      nextVia: undefined,
      routes: { value: [{ uri: 'sip:edge;lr' }, { uri: 'sip:core;lr' }] },
      maxForwards: { value: 70 },
    });
  });

  test('§9.1: CANCEL has the To of the request, and may say why', () => {
    const cancel = request(buildCancel(request(INVITE), 'Reason: SIP;cause=200\r\n'));
    expect(cancel).toMatchObject({
      method: 'CANCEL',
      cseq: 42,
      toTag: undefined,
      via: { branch: 'z9hG4bK1' },
    });
    expect(cancel.headers.named('Reason')).toEqual(['SIP;cause=200']);
    expect(cancel.headers.elements(1)).toHaveLength(1);
  });

  test('§8.1.1: any request', () => {
    const bye = request(
      buildRequest({
        method: 'BYE',
        uri: 'sip:pbx',
        via: 'SIP/2.0/UDP us;branch=z9hG4bKb',
        from: '<sip:us>;tag=1',
        to: '<sip:pbx>;tag=2',
        callId: 'c',
        cseq: 2,
        maxForwards: 10,
        routes: ['<sip:r1;lr>', '<sip:r2;lr>'],
        headers: 'User-Agent: T\r\n',
        body: 'x',
        contentType: 'text/plain',
      }),
    );
    expect(bye).toMatchObject({
      method: 'BYE',
      cseq: 2,
      body: 'x',
      maxForwards: { value: 10 },
      fromTag: '1',
    });
    expect(bye.routes).toMatchObject({ value: [{ uri: 'sip:r1;lr' }, { uri: 'sip:r2;lr' }] });
  });
});
