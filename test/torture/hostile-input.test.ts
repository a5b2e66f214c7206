import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAuth } from '../../src/sip/message/auth-params.ts';
import { parseDiversions } from '../../src/sip/message/diversion.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { parseHistoryInfo } from '../../src/sip/message/history-info.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import { privacyOf } from '../../src/sip/message/privacy.ts';
import { parseReason } from '../../src/sip/message/reason.ts';
import { stampReceived } from '../../src/sip/message/received.ts';
import { buildAck, buildCancel } from '../../src/sip/message/request.ts';
import { buildResponse } from '../../src/sip/message/response.ts';
import { SplicedCopy } from '../../src/sip/message/spliced-copy.ts';
import { parseUri } from '../../src/sip/uri/parse.ts';
import { messageOf, TORTURE } from './verdicts.ts';

const CORPUS = TORTURE.map(messageOf);

/** Asks a message for everything that it can be asked for. */
function readAll(message: SipRequest | SipResponse): void {
  const { headers } = message;
  for (const uri of [message.from, message.to]) if (uri.ok) parseUri(uri.value.uri);
  void [message.contacts, message.routes, message.recordRoutes, message.maxForwards, message.expires];
  void [message.body, message.contentLength, message.supported, message.require, message.proxyRequire];
  void [message.via.params, message.nextVia?.params];
  parseDiversions(headers.elements(HeaderId.Diversion));
  parseHistoryInfo(headers.elements(HeaderId.HistoryInfo));
  for (const value of headers.values(HeaderId.Authorization)) parseAuth(value, 'Authorization');
  for (const value of headers.elements(HeaderId.Reason)) parseReason(value);
  privacyOf(headers);
  headers.named('Subject');
}

/** Every promise that a parsed message makes, whatever the bytes were. */
function check(text: string): void {
  const message = parseMessage(text);
  switch (message.kind) {
    case 'discard':
      return;
    case 'badRequest': {
      const topVia = stampReceived(message.request, '192.0.2.1', 5060);
      const answer = buildResponse(message.request, message.status, { toTag: 't', topVia });
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
      return;
    }
    case 'response':
    case 'request':
      readAll(message);
      forwards(message);
      if (message.kind === 'request') answers(message);
  }
}

/** Untouched it leaves as it came; edited it is still the same message. */
function forwards(message: SipRequest | SipResponse): void {
  const { text, start, bodyEnd } = message;
  expect(new SplicedCopy(message).finish('')).toBe(text.substring(start, bodyEnd));
  const copy = new SplicedCopy(message);
  const firstHeader = message.headers.nameStart(0);
  copy.replace(firstHeader, firstHeader, 'Via: SIP/2.0/UDP us;branch=z9hG4bKus\r\n');
  const again = parseMessage(copy.finish(''));
  expect(again).toMatchObject({
    kind: message.kind,
    via: { host: 'us' },
    callId: message.callId,
    cseq: message.cseq,
    fromTag: message.fromTag,
    toTag: message.toTag,
    body: message.body,
  });
  if (again.kind !== 'request' && again.kind !== 'response') return;
  expect(again.nextVia?.toString()).toBe(message.via.toString());
  const back = new SplicedCopy(again);
  back.removeTopVia(0);
  expect(back.finish('')).toBe(text.substring(start, bodyEnd));
}

/** Our answer to it is a response that its sender can match. */
function answers(request: SipRequest): void {
  const topVia = stampReceived(request, '2001:db8::1', 5060);
  const response = parseMessage(buildResponse(request, 404, { toTag: 'ours', topVia }));
  expect(response).toMatchObject({
    kind: 'response',
    status: 404,
    via: { host: request.via.host, branch: request.via.branch },
    callId: request.callId,
    cseq: request.cseq,
    cseqMethod: request.method,
    fromTag: request.fromTag,
  });
  if (response.kind !== 'response') return;
  buildAck(request, response);
  expect(parseMessage(buildCancel(request))).toMatchObject({ kind: 'request', method: 'CANCEL' });
}

describe('whatever comes in, nothing throws and every promise holds', () => {
  test('the torture messages', () => {
    for (const text of CORPUS) check(text);
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        check(Buffer.from(bytes).toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });

  test('torture messages cut short', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CORPUS), fc.double({ min: 0, max: 1, noNaN: true }), (text, part) => {
        check(text.substring(0, Math.floor(text.length * part)));
      }),
      { numRuns: 500 },
    );
  });

  test('torture messages with pieces replaced by characters that count', () => {
    const piece = fc.constantFrom(
      ...[
        '\r\n',
        '\n',
        '\r',
        '\0',
        ' ',
        '\t',
        ':',
        ';',
        ',',
        '"',
        '\\',
        '<',
        '>',
        '=',
        '@',
        '/',
        '[',
        ']',
        '%',
      ],
      ...['\r\n ', ';;', 'SIP/2.0', 'Via: ', 'tag=', '\xff', '*', '-1', '99999999999', '\r\n\r\n', ''],
    );
    const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece);
    fc.assert(
      fc.property(
        fc.constantFrom(...CORPUS),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          let mutated = text;
          for (const [part, cut, insert] of edits) {
            const at = Math.floor(mutated.length * part);
            mutated = mutated.substring(0, at) + insert + mutated.substring(at + cut);
          }
          check(mutated);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['lines without a colon', 'a\n'],
    ['lines without a name', ':\n'],
    ['folds', 'a: b\n \n'],
    ['stray CR', 'a: \r\n'],
    ['open brackets', 'Via: <\n'],
    ['open quotes', 'Contact: "\n'],
    ['commas', 'Via: SIP/2.0/UDP a,,,,,,,,,,\n'],
    ['semicolons', 'From: ;;;;;;;;;;;;\n'],
  ])('a message full of %s costs no more than its length', (_, line) => {
    const head = 'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n';
    const cost = (size: number): number => {
      const text = head + line.repeat(size / line.length);
      const before = process.threadCpuUsage();
      for (let i = 0; i < 5; i += 1) parseMessage(text);
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    };
    cost(65_000);
    expect(cost(65_000)).toBeLessThan(200_000);
  });
});
