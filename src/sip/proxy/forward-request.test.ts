import { describe, expect, test } from 'vitest';
import { sip, sipRequest } from '../../../test/support/sip-core.ts';
import { HeaderId } from '../message/header-name.ts';
import { stampReceived } from '../message/received.ts';
import { forwardRequest, type RequestForwarding } from './forward-request.ts';

const OURS = 'SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKours';

function forward(text: string, changes: Partial<RequestForwarding> = {}): string {
  const request = sipRequest(text);
  const result = forwardRequest(request, {
    requestUri: 'sip:2125551234@198.51.100.7:5066;line=abc',
    via: OURS,
    stampedVia: request.via.toString(),
    recordRoute: '<sip:d.x@192.0.2.10:5060;lr>',
    maxForwards: 69,
    routes: undefined,
    to: undefined,
    removeHeaders: [],
    topHeaders: '',
    appendHeaders: '',
    ...changes,
  });
  // Whatever we make of a request, the next hop can read it.
  expect(sip(result).kind).toBe('request');
  return result;
}

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

describe('§16.6: the copy of a request', () => {
  test('differs by Request-URI, Via, Record-Route and Max-Forwards, and in nothing else', () => {
    const text = `${lines(
      'INVITE sip:+12125551234@192.0.2.10 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller1',
      'max-forwards:  70',
      'f:   "A,  B" <sip:+13125550000@192.0.2.5>;tag=alice  ',
      't: <sip:+12125551234@192.0.2.10>',
      'i:call-1',
      'CSeq: 7    INVITE',
      'X-Own:  kept as it is\t',
      'Content-Length: 4',
    )}v=0\n`;
    expect(forward(text)).toBe(
      `${lines(
        'INVITE sip:2125551234@198.51.100.7:5066;line=abc SIP/2.0',
        `Via: ${OURS}`,
        'Record-Route: <sip:d.x@192.0.2.10:5060;lr>',
        'Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller1',
        'max-forwards:  69',
        'f:   "A,  B" <sip:+13125550000@192.0.2.5>;tag=alice  ',
        't: <sip:+12125551234@192.0.2.10>',
        'i:call-1',
        'CSeq: 7    INVITE',
        'X-Own:  kept as it is\t',
        'Content-Length: 4',
      )}v=0\n`,
    );
  });

  test('step 3: a missing Max-Forwards is put in', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'v: SIP/2.0/UDP 192.0.2.5',
      'f: sip:a@b',
      't: sip:a@b',
      'i: c',
      'CSeq: 1 INVITE',
    );
    expect(forward(text, { maxForwards: 70, recordRoute: undefined })).toBe(
      lines(
        'INVITE sip:2125551234@198.51.100.7:5066;line=abc SIP/2.0',
        `Via: ${OURS}`,
        'Max-Forwards: 70',
        'v: SIP/2.0/UDP 192.0.2.5',
        'f: sip:a@b',
        't: sip:a@b',
        'i: c',
        'CSeq: 1 INVITE',
      ),
    );
  });

  const REST = ['Max-Forwards: 70', 'From: <sip:a@b>;tag=1', 'To: <sip:a@b>', 'Call-ID: c', 'CSeq: 1 INVITE'];

  test('§18.2.1: only the top one of comma-joined Vias gets received and rport', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'v: SIP/2.0/UDP 10.0.0.1:5070;rport;branch=z9hG4bKa ,SIP/2.0/TCP 10.0.0.2;branch=z9hG4bKb',
      ...REST,
    );
    const stampedVia = stampReceived(sipRequest(text), '203.0.113.5', 40_000);
    expect(forward(text, { stampedVia })).toContain(
      '\r\nv: SIP/2.0/UDP 10.0.0.1:5070;rport=40000;branch=z9hG4bKa;received=203.0.113.5 ,SIP/2.0/TCP 10.0.0.2;branch=z9hG4bKb\r\n',
    );
  });

  test('a folded top Via is replaced as a whole, other folded header fields stay folded', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'Subject: one',
      '  two',
      'Via: SIP/2.0/UDP 10.0.0.1;rport',
      '\t;branch=z9hG4bKa',
      ...REST,
    );
    const stampedVia = stampReceived(sipRequest(text), '203.0.113.5', 40_000);
    const result = forward(text, { stampedVia });
    expect(result).toContain('\r\nSubject: one\r\n  two\r\n');
    expect(result).toContain(
      '\r\nVia: SIP/2.0/UDP 10.0.0.1;rport=40000;branch=z9hG4bKa;received=203.0.113.5\r\n',
    );
    const via = sipRequest(result).headers.elements(HeaderId.Via);
    expect(via).toHaveLength(2);
    expect(via[0]).toBe(OURS);
  });

  test('step 4: our Record-Route stands above all others, which stay', () => {
    const many = Array.from({ length: 12 }, (_, i) => `Record-Route: <sip:p${i}.example;lr>`);
    const text = lines('INVITE sip:a@b SIP/2.0', 'Via: SIP/2.0/UDP h', ...many, ...REST);
    const routes = sipRequest(forward(text)).headers.elements(HeaderId.RecordRoute);
    expect(routes[0]).toBe('<sip:d.x@192.0.2.10:5060;lr>');
    expect(routes.slice(1)).toEqual(many.map((line) => line.slice('Record-Route: '.length)));
  });

  test('step 6: the Route set that remains takes the place of the one that came', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'Route: <sip:us;lr>',
      'Via: SIP/2.0/UDP h',
      'Route: <sip:x;lr>, <sip:y;lr>',
      ...REST,
    );
    const kept = forward(text, { routes: ['<sip:x;lr>', '<sip:y;lr>'] });
    expect(sipRequest(kept).headers.values(HeaderId.Route)).toEqual(['<sip:x;lr>', '<sip:y;lr>']);
    expect(sipRequest(forward(text, { routes: [] })).headers.has(HeaderId.Route)).toBe(false);
    expect(sipRequest(forward(text)).headers.values(HeaderId.Route)).toEqual([
      '<sip:us;lr>',
      '<sip:x;lr>, <sip:y;lr>',
    ]);
  });

  test('To gets the value that it is given, under the name that it had', () => {
    const text = lines('INVITE sip:a@b SIP/2.0', 'Via: SIP/2.0/UDP h', ...REST).replace('To:', 't :');
    expect(forward(text, { to: '<sip:2125551234@b>' })).toContain('\r\nt : <sip:2125551234@b>\r\n');
  });

  test('header fields are taken out, put on top and put behind', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'P-Asserted-Identity: <sip:x@y>',
      'Via: SIP/2.0/UDP h',
      ...REST,
      'P-Asserted-Identity: <tel:+1>',
    );
    const result = forward(text, {
      removeHeaders: [HeaderId.PAssertedIdentity],
      topHeaders: 'Diversion: <sip:+12125551234@h>;reason=no-answer\r\n',
      appendHeaders: 'History-Info: <sip:a@b>;index=1\r\n',
      recordRoute: undefined,
    });
    expect(result).toBe(
      lines(
        'INVITE sip:2125551234@198.51.100.7:5066;line=abc SIP/2.0',
        `Via: ${OURS}`,
        'Diversion: <sip:+12125551234@h>;reason=no-answer',
        'Via: SIP/2.0/UDP h',
        'Max-Forwards: 69',
        ...REST.slice(1),
        'History-Info: <sip:a@b>;index=1',
      ),
    );
  });

  test('what is behind the body is not passed on', () => {
    const text = `${lines('INVITE sip:a@b SIP/2.0', 'Via: SIP/2.0/UDP h', ...REST, 'l: 3')}v=0GET / HTTP`;
    expect(forward(text).endsWith('\r\n\r\nv=0')).toBe(true);
  });

  test('bytes above 127 pass as they came', () => {
    const text = lines(
      'INVITE sip:a@b SIP/2.0',
      'Via: SIP/2.0/UDP h',
      ...REST,
      'Subject: Gr\xc3\xbc\xc3\x9fe \xff',
    );
    expect(forward(text)).toContain('Subject: Gr\xc3\xbc\xc3\x9fe \xff\r\n');
  });
});
