import { describe, expect, test } from 'vitest';
import { HeaderId } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';
import { SplicedCopy } from './spliced-copy.ts';

const INVITE = [
  'INVITE sip:did@trunk SIP/2.0',
  'v: SIP/2.0/UDP a;branch=1 ,SIP/2.0/UDP b;branch=2',
  'MAX-forwards : 070 ',
  'To: <sip:did@trunk>',
  'From: sip:a@b;tag=1',
  'Call-ID: c',
  'CSeq: 1  INVITE',
  'X-Odd:\tfolded\r\n  \xe9value',
  'Content-Length: 4',
  '',
  'v=0\n',
].join('\r\n');

function accepted(text: string): SipRequest | SipResponse {
  const message = parseMessage(text);
  if (message.kind === 'request' || message.kind === 'response') return message;
  throw new Error(message.reason);
}

function copied(message: SipRequest | SipResponse, change: (copy: SplicedCopy) => void = () => {}): string {
  const copy = new SplicedCopy(message);
  change(copy);
  return copy.finish('');
}

describe('§16.6: forwarding by splicing', () => {
  test('untouched, it leaves byte for byte', () => {
    expect(copied(accepted(INVITE))).toBe(INVITE);
  });

  test('leading line breaks and what is behind the body are cut', () => {
    expect(copied(accepted(`\r\n\r\n${INVITE}trailing octets`))).toBe(INVITE);
  });

  test('start line, new header fields on top, Max-Forwards and a removed header change; nothing else does', () => {
    const message = accepted(INVITE);
    const copy = new SplicedCopy(message);
    copy.replaceTop(
      'INVITE sip:2125551234@pbx SIP/2.0',
      'Via: SIP/2.0/UDP trunk;branch=z9hG4bK9\r\nRecord-Route: <sip:trunk;lr>\r\n',
    );
    copy.replaceValue(message.headers.find(HeaderId.MaxForwards), '69');
    copy.remove(message.headers.find(HeaderId.To));
    expect(copy.finish('To: <sip:2125551234@pbx>\r\n')).toBe(
      [
        'INVITE sip:2125551234@pbx SIP/2.0',
        'Via: SIP/2.0/UDP trunk;branch=z9hG4bK9',
        'Record-Route: <sip:trunk;lr>',
        'v: SIP/2.0/UDP a;branch=1 ,SIP/2.0/UDP b;branch=2',
        'MAX-forwards : 69 ',
        'From: sip:a@b;tag=1',
        'Call-ID: c',
        'CSeq: 1  INVITE',
        'X-Odd:\tfolded\r\n  \xe9value',
        'Content-Length: 4',
        'To: <sip:2125551234@pbx>',
        '',
        'v=0\n',
      ].join('\r\n'),
    );
  });

  test('the start line keeps its line end', () => {
    const lf = INVITE.replace('2.0\r\nv:', '2.0\nv:');
    expect(copied(accepted(lf), (copy) => copy.replaceTop('INVITE sip:did@trunk SIP/2.0', ''))).toBe(lf);
  });

  test('§16.7 step 3: of two Via values on one line the first goes', () => {
    const text = copied(accepted(INVITE), (copy) => copy.removeTopVia(0));
    expect(text).toContain('v: SIP/2.0/UDP b;branch=2\r\n');
    expect(accepted(text).via.host).toBe('b');
  });

  test('a Via alone on its line goes with the line', () => {
    const message = accepted(INVITE.replace(' ,SIP/2.0/UDP b;branch=2', '\r\nVia: SIP/2.0/TCP c'));
    const text = copied(message, (copy) => copy.removeTopVia(0));
    expect(text).toMatch(/^INVITE [^\n]*\n(?:Via: SIP\/2.0\/TCP c\r\n)MAX/);
  });

  test('a folded header field goes with all its lines; the first and the last one too', () => {
    const message = accepted(INVITE);
    const text = copied(message, (copy) => {
      for (let entry = 0; entry !== -1; entry = message.headers.next(entry)) copy.remove(entry);
    });
    expect(text).toBe('INVITE sip:did@trunk SIP/2.0\r\n\r\nv=0\n');
  });

  test('what is inserted on top stays when the first header field goes', () => {
    const text = copied(accepted(INVITE), (copy) => {
      copy.replaceTop('INVITE sip:did@trunk SIP/2.0', 'Via: new\r\n');
      copy.remove(0);
    });
    expect(text).toMatch(/SIP\/2.0\r\nVia: new\r\nMAX-/);
  });

  test('insertions at one place keep their order and stand before what is replaced there', () => {
    const { start, end } = accepted(INVITE).via;
    const text = copied(accepted(INVITE), (copy) => {
      copy.replace(start, start, '1');
      copy.replace(start, start, '2');
      copy.replace(start, end, '-');
    });
    expect(text).toBe(`${INVITE.slice(0, start)}12-${INVITE.slice(end)}`);
  });

  test('to go back up is a bug', () => {
    const message = accepted(INVITE);
    const { via } = message;
    const copy = new SplicedCopy(message);
    copy.replace(via.start, via.end, 'x');
    expect(() => copy.replace(via.end - 1, via.end + 1, 'y')).toThrow('has been passed');
    expect(() => copy.replaceTop('x', '')).toThrow('has been passed');
  });
});
