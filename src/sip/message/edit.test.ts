import { describe, expect, test } from 'vitest';
import { MessageEditor } from './edit.ts';
import { HeaderId } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';

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

describe('§16.6: forwarding by splicing', () => {
  test('untouched, it leaves byte for byte', () => {
    expect(new MessageEditor(accepted(INVITE)).toText()).toBe(INVITE);
  });

  test('leading line breaks and what is behind the body are cut', () => {
    expect(new MessageEditor(accepted(`\r\n\r\n${INVITE}trailing octets`)).toText()).toBe(INVITE);
  });

  test('start line, a new top Via, Max-Forwards and a removed header change; nothing else does', () => {
    const message = accepted(INVITE);
    const editor = new MessageEditor(message);
    editor.remove(message.headers.find(HeaderId.To));
    editor.replaceValue(message.headers.find(HeaderId.MaxForwards), '69');
    editor.append('To: <sip:2125551234@pbx>\r\n');
    editor.top('Record-Route: <sip:trunk;lr>\r\n');
    editor.top('Via: SIP/2.0/UDP trunk;branch=z9hG4bK9\r\n');
    editor.startLine('INVITE sip:2125551234@pbx SIP/2.0');
    expect(editor.toText()).toBe(
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

  test('§16.7 step 3: of two Via values on one line the first goes', () => {
    const editor = new MessageEditor(accepted(INVITE));
    editor.removeTopVia();
    const text = editor.toText();
    expect(text).toContain('v: SIP/2.0/UDP b;branch=2\r\n');
    expect(accepted(text).via.host).toBe('b');
  });

  test('a Via alone on its line goes with the line', () => {
    const editor = new MessageEditor(
      accepted(INVITE.replace(' ,SIP/2.0/UDP b;branch=2', '\r\nVia: SIP/2.0/TCP c')),
    );
    editor.removeTopVia();
    expect(editor.toText()).toMatch(/^INVITE [^\n]*\n(?:Via: SIP\/2.0\/TCP c\r\n)MAX/);
  });

  test('a folded header field goes with all its lines; the first and the last one too', () => {
    const message = accepted(INVITE);
    const editor = new MessageEditor(message);
    for (let entry = 0; entry !== -1; entry = message.headers.next(entry)) editor.remove(entry);
    expect(editor.toText()).toBe('INVITE sip:did@trunk SIP/2.0\r\n\r\nv=0\n');
  });

  test('removeAll takes every line of a kind', () => {
    const message = accepted(INVITE.replace('X-Odd:', 'Route: <sip:x;lr>\r\nRoute: <sip:y;lr>\r\nX-Odd:'));
    const editor = new MessageEditor(message);
    editor.removeAll(HeaderId.Route);
    expect(editor.toText()).toBe(INVITE);
  });

  test('what is inserted on top stays when the first header field goes', () => {
    const editor = new MessageEditor(accepted(INVITE));
    editor.remove(0);
    editor.top('Via: new\r\n');
    expect(editor.toText()).toMatch(/SIP\/2.0\r\nVia: new\r\nMAX-/);
  });

  test('a later edit takes the place of those within its range', () => {
    const message = accepted(INVITE);
    const to = message.headers.find(HeaderId.To);
    const editor = new MessageEditor(message);
    editor.replaceValue(to, 'one');
    editor.replaceValue(to, 'two');
    expect(editor.toText()).toBe(INVITE.replace('<sip:did@trunk>', 'two'));
    editor.remove(to);
    expect(editor.toText()).toBe(INVITE.replace('To: <sip:did@trunk>\r\n', ''));
  });

  test('an edit that crosses another one is a bug', () => {
    const message = accepted(INVITE);
    const { via } = message;
    const editor = new MessageEditor(message);
    editor.replaceRange(via.start, via.end, 'x');
    expect(() => editor.replaceRange(via.end - 1, via.end + 1, 'y')).toThrow('crosses');
    expect(() => editor.replaceRange(via.start + 1, via.end - 1, 'y')).toThrow('crosses');
  });

  test('insertions at one place keep their order and stand before what is replaced there', () => {
    const { via, start } = accepted(INVITE);
    const editor = new MessageEditor(accepted(INVITE));
    editor.replaceRange(via.start, via.start, '1');
    editor.replaceRange(via.start, via.start, '2');
    editor.replaceRange(start, start, '>');
    editor.replaceRange(start + 1, via.start, '-');
    expect(editor.toText()).toBe(`>I-12${INVITE.slice(via.start)}`);
  });
});
