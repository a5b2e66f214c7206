import { describe, expect, test } from 'vitest';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { type ParsedMessage, parseMessage } from '../../src/sip/message/parse.ts';
import { messageOf, TORTURE, type TortureCase } from './verdicts.ts';

function verdict(message: ParsedMessage): TortureCase['parser'] | number {
  switch (message.kind) {
    case 'request':
    case 'response':
      return message.kind;
    case 'badRequest':
      return message.status;
    case 'discard':
      return 'discarded';
  }
}

function parsed(name: string): SipRequest | SipResponse {
  const torture = TORTURE.find((t) => t.name === name);
  const message = torture && parseMessage(messageOf(torture));
  if (message?.kind === 'request' || message?.kind === 'response') return message;
  throw new Error(`${name} is not accepted`);
}

function request(name: string): SipRequest {
  const message = parsed(name);
  if (message.kind === 'request') return message;
  throw new Error(`${name} is no request`);
}

test('the table holds all 49 messages of RFC 4475 and all 12 of RFC 5118', () => {
  expect(TORTURE.filter((t) => t.rfc === 4475)).toHaveLength(49);
  expect(TORTURE.filter((t) => t.rfc === 5118)).toHaveLength(12);
  expect(new Set(TORTURE.map((t) => t.name)).size).toBe(TORTURE.length);
});

test('what the RFC calls valid is accepted', () => {
  const refused = TORTURE.filter(
    (t) => t.rfcSays === 'valid' && !['request', 'response'].includes(`${t.parser}`),
  );
  expect(refused).toEqual([]);
});

for (const torture of TORTURE) {
  describe(`RFC ${torture.rfc} ${torture.section} ${torture.title} (${torture.name})`, () => {
    const message = parseMessage(messageOf(torture));

    test(`${torture.rfcSays}: ${torture.parser}`, () => {
      expect(verdict(message)).toBe(torture.parser);
    });

    if (message.kind === 'request') {
      test(`its ${torture.malformed ?? 'header fields'} are ${torture.malformed ? 'malformed' : 'good'}`, () => {
        const { requestUri, contacts, from, to, routes } = message;
        expect({
          requestUri: requestUri.ok,
          contacts: contacts.ok,
          from: from.ok,
          to: to.ok,
          routes: routes.ok,
        }).toEqual({
          requestUri: torture.malformed !== 'requestUri',
          contacts: torture.malformed !== 'contacts',
          from: true,
          to: true,
          routes: true,
        });
      });
    }
  });
}

describe('the messages are byte exact where RFC 4475 says which bytes count', () => {
  test('Content-Length counts the body, but where the message is about just that', () => {
    const off = TORTURE.filter((t) => {
      const text = messageOf(t);
      const blank = text.indexOf('\r\n\r\n') + 4;
      const length = /^(?:Content-Length|l) *: *(.*)\r$/im.exec(text)?.[1];
      return length !== undefined && Number(length) !== text.length - blank;
    });
    expect(off.map((t) => t.name)).toEqual(['dblreq', 'clerr', 'ncl', 'mcl01']);
  });

  test('3.1.1.2: a quoted NUL and the bytes of UTF-8 are there', () => {
    const { text } = parsed('intmeth');
    expect(text).toContain('"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f"');
    expect(text).toContain(':\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb\r\n');
  });

  test('3.1.1.11: the body holds a binary part', () => {
    expect(parsed('mpart01').body).toContain('\r\n\r\n0\x82\x01\x52\x06\x09');
  });
});

describe('what the tortuous messages say', () => {
  test('3.1.1.1: folds, compact names, two Via on one line', () => {
    const message = request('wsinv');
    expect(message.via).toMatchObject({ transport: 'UDP', host: '192.0.2.2', branch: '390skdjuw' });
    expect(message.nextVia).toMatchObject({ transport: 'TCP', host: 'spindle.example.com' });
    expect([message.cseq, message.toTag, message.fromTag]).toEqual([9, '1918181833n', '98asjd8']);
    expect(message.maxForwards).toEqual({ ok: true, value: 68 });
    expect(message.from).toMatchObject({ value: { displayName: 'J Rosenberg \\"' } });
    expect(message.headers.named('NewFangledHeader')).toEqual([
      'newfangled value continued newfangled value',
    ]);
    expect(message.headers.named('UnknownHeaderWithUnusualValue')).toEqual([';;,,;;,;']);
    expect(message.contacts).toMatchObject({
      value: { contacts: [{ displayName: 'Quoted string ""', uri: 'sip:jdrosen@example.com', q: 330 }] },
    });
  });

  test('3.1.1.2: a method and a user of every legal character', () => {
    const message = request('intmeth');
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.requestUri).toMatchObject({
      value: {
        user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
      },
    });
    expect(message.to).toMatchObject({ value: { displayName: 'BEL:\x07 NUL:\x00 DEL:\x7f' } });
  });

  test('3.1.1.5: an escaped header name is another header name', () => {
    const message = request('esc02');
    expect(message.method).toBe('RE%47IST%45R');
    expect(message.headers.elements(10)).toHaveLength(2);
  });

  test('3.1.1.7: 34 Via values, all in order', () => {
    const message = request('longreq');
    expect(message.headers.elements(1)).toHaveLength(34);
    expect(message.via.host).toBe('sip33.example.com');
  });

  test('3.1.1.8: what is behind the body is not part of the message', () => {
    expect(request('dblreq').body).toBe('');
  });

  test('3.1.1.9: ;par= belongs to the user', () => {
    expect(request('semiuri').requestUri).toMatchObject({
      value: { user: 'user;par=u%40example.net', params: { names: [] } },
    });
  });

  test('3.1.1.12 and 13: any reason phrase, or none', () => {
    expect(parsed('unreason')).toMatchObject({ status: 200 });
    expect(parsed('noreason')).toMatchObject({ status: 100, reason: '' });
  });

  test('RFC 5118 4.3 and 4.4: the port is behind the bracket', () => {
    expect(request('port-ambiguous').requestUri).toMatchObject({
      value: { host: { address: '2001:db8::10:5070' }, port: undefined },
    });
    expect(request('port-unambiguous').requestUri).toMatchObject({
      value: { host: { address: '2001:db8::10' }, port: 5070 },
    });
  });

  test('RFC 5118 4.5: received with and without brackets is the same address', () => {
    expect(parsed('via-received-param-with-delim').via.received).toBe('2001:db8::9:255');
    expect(parsed('via-received-param-no-delim').via.received).toBe('2001:db8::9:255');
  });
});
