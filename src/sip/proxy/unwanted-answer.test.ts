import { afterEach, describe, expect, test } from 'vitest';
import { SerialHunt } from '../../../test/support/serial-hunt.ts';
import { requestText } from '../../../test/support/sip-core.ts';
import { HeaderId } from '../message/header-name.ts';
import type { BranchLimits } from './branch.ts';

const LIMITS: BranchLimits = { noResponse: 4_000, noProgress: 10_000, ring: 25_000 };

let hunt: SerialHunt;

/** A call with that many targets. */
function call(targets = 2, limits = LIMITS, invite: Readonly<Record<string, string>> = {}): void {
  hunt = new SerialHunt({ targets: Array.from({ length: targets }, () => limits), invite });
}

afterEach(() => {
  hunt.core.expectNothingLeft();
});

describe('never two answered legs', () => {
  test('a second answer gets an ACK and, once, a BYE; its retransmissions the same ACK again', () => {
    call();
    hunt.core.wait(4_000);
    hunt.answer(1, 200);
    hunt.answer(0, 200);
    hunt.core.wait(400);
    hunt.answer(0, 200);
    hunt.answer(1, 200);
    expect(hunt.toCaller()).toEqual(['100', '200', '200']);
    expect(hunt.toTarget(0).slice(4)).toEqual(['ACK', 'BYE', 'ACK']);
    const acks = hunt.core.sent.filter(
      ({ message }) => message.kind === 'request' && message.method === 'ACK',
    );
    expect(acks[1]?.text).toBe(acks[0]?.text);
    expect(hunt.told.at(-1)).toBe('finished 200 by 1');
  });

  test('a fork downstream that answers with another To tag is hung up, too', () => {
    call();
    hunt.answer(0, 200);
    hunt.answer(0, 200, { toTag: 'carol' });
    hunt.answer(0, 200);
    expect(hunt.toCaller()).toEqual(['100', '200', '200']);
    expect(hunt.toTarget(0)).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(hunt.core.request('BYE').toTag).toBe('carol');
  });

  test('two forks of two targets with the same To tag are two legs', () => {
    call(3);
    hunt.core.wait(8_000);
    hunt.answer(2, 200);
    hunt.answer(0, 200, { toTag: 'same' });
    hunt.answer(1, 200, { toTag: 'same' });
    expect(hunt.toTarget(0).slice(-2)).toEqual(['ACK', 'BYE']);
    expect(hunt.toTarget(1).slice(-2)).toEqual(['ACK', 'BYE']);
  });

  test('a callee that invents answers without end does not make us hold requests without end', () => {
    call();
    hunt.answer(0, 200);
    for (let i = 0; i < 1_000; i += 1) hunt.answer(0, 200, { toTag: `leg${i}` });
    expect(hunt.core.layer.size).toBeLessThan(30);
  });

  test('§12.2.1.1: its ACK and BYE go to its Contact, over the proxies between us and it', () => {
    call(1, LIMITS, { rr: 'Record-Route: <sip:up2.example;lr>\r\nRecord-Route: <sip:up1.example;lr>' });
    hunt.hangUp();
    const copy = hunt.copies[0];
    const routes = copy?.headers.elements(HeaderId.RecordRoute) ?? [];
    expect(routes).toEqual([
      '<sip:d.call@192.0.2.10:5060;lr>',
      '<sip:up2.example;lr>',
      '<sip:up1.example;lr>',
    ]);
    const down = 'Record-Route: <sip:down2.example;lr>, <sip:down1.example;lr>\r\n';
    hunt.answer(0, 200, {
      recordRoute: false,
      headers: `${down}Record-Route: ${routes.join(', ')}\r\nContact: "B" <sip:bob@10.0.0.9;x=y>\r\n`,
    });
    for (const method of ['ACK', 'BYE']) {
      const request = hunt.core.request(method);
      expect(request.uri).toBe('sip:bob@10.0.0.9;x=y');
      expect(request.headers.elements(HeaderId.Route)).toEqual([
        '<sip:down1.example;lr>',
        '<sip:down2.example;lr>',
      ]);
      expect(request.headers.value(HeaderId.From)).toBe('"Alice" <sip:+13125550000@192.0.2.5>;tag=alice');
      expect(request.headers.value(HeaderId.To)).toBe('<sip:2125551234@192.0.2.10>;tag=bob0');
      expect([request.callId, request.cseq]).toEqual(['call-1@192.0.2.5', method === 'ACK' ? 7 : 8]);
      expect(request.headers.elements(HeaderId.Via)).toHaveLength(1);
    }
    const branches = ['ACK', 'BYE', 'INVITE'].map((method) => hunt.core.request(method).via.branch);
    expect(new Set(branches).size).toBe(3);
  });

  test('an answer without a Contact is hung up at the Request-URI', () => {
    call(1);
    hunt.hangUp();
    hunt.answer(0, 200, { headers: '' });
    expect(hunt.core.request('BYE').uri).toBe('sip:2125551234@198.51.100.1');
  });

  test('the BYE is repeated until it is answered, and what the callee says changes nothing', () => {
    call(1);
    hunt.hangUp();
    hunt.answer(0, 200);
    hunt.core.wait(600);
    const bye = hunt.core.request('BYE');
    expect(hunt.toTarget(0).filter((name) => name === 'BYE')).toHaveLength(2);
    hunt.core.receive(
      requestText('BYE')
        .replace(/^BYE .*\r\n/, 'SIP/2.0 200 OK\r\n')
        .replace(/Via: .*\r\n/, `Via: ${bye.via}\r\n`),
      hunt.flow(0),
    );
    hunt.core.wait(30_000);
    expect(hunt.toTarget(0).filter((name) => name === 'BYE')).toHaveLength(2);
  });
});
