import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore, sipRequest } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipResponse } from '../message/message.ts';
import type { ClientTransactionUser } from './context.ts';
import type { InviteClientTransaction } from './invite-client.ts';

const TCP: Flow = { transport: 'TCP', address: '198.51.100.7', port: 5060 };

const INVITE = requestText('INVITE', {
  via: 'Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours\r\nVia: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKcaller1',
  route: 'Route: <sip:a.example;lr>\r\nRoute: <sip:b.example;lr>',
  privacy: 'Privacy: none',
});

/** A transaction user that writes down what it is told. */
class User implements ClientTransactionUser {
  readonly told: string[] = [];
  readonly responses: SipResponse[] = [];

  response(_transaction: unknown, response: SipResponse): void {
    this.told.push(String(response.status));
    this.responses.push(response);
  }

  timedOut(): void {
    this.told.push('timed out');
  }

  transportFailed(): void {
    this.told.push('transport failed');
  }
}

let core: SipCore;
let user: User;

beforeEach(() => {
  core = new SipCore();
  user = new User();
});

afterEach(() => {
  core.expectNothingLeft();
});

function call(text = INVITE, flow: Flow = core.pbx): InviteClientTransaction {
  return core.layer.sendInvite(text, 'z9hG4bKours', flow, user, core.now);
}

function answer(status: number, toTag = 'bob'): void {
  core.receive(responseTo(sipRequest(INVITE), status, { toTag }), core.pbx);
}

describe('§17.1.1.2: Calling', () => {
  test('the INVITE is sent at once, then after T1, and Timer A doubles each time', () => {
    call();
    core.wait(40_000);
    expect(core.times('INVITE')).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(new Set(core.sent.map(({ text }) => text))).toEqual(new Set([INVITE]));
  });

  test('Timer B ends it after 64*T1 and the transaction user is told', () => {
    const transaction = call();
    core.wait(31_999);
    expect(user.told).toEqual([]);
    core.wait(1);
    expect(user.told).toEqual(['timed out']);
    expect(transaction.state).toBe('terminated');
    expect(core.layer.size).toBe(0);
  });

  test('no retransmission over TCP, and Timer B all the same', () => {
    call(INVITE, TCP);
    core.wait(40_000);
    expect(core.times('INVITE')).toEqual([0]);
    expect(user.told).toEqual(['timed out']);
  });

  test('T1 is a setting', () => {
    core = new SipCore({ t1: 100, t2: 800, t4: 1_000 });
    call();
    core.wait(10_000);
    expect(core.times('INVITE')).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300]);
    expect(user.told).toEqual(['timed out']);
  });

  test('a transport error ends it and the transaction user is told (17.1.4)', () => {
    call();
    core.layer.transportFailed(core.pbx, core.now);
    expect(user.told).toEqual(['transport failed']);
    expect(core.layer.size).toBe(0);
  });

  test('a transport error at another flow changes nothing', () => {
    const transaction = call();
    core.layer.transportFailed(core.caller, core.now);
    expect(transaction.state).toBe('calling');
    expect(user.told).toEqual([]);
  });

  test('the transaction user can stop the retransmissions and still hears a late answer', () => {
    const transaction = call();
    core.wait(600);
    transaction.stopRetransmitting(core.now);
    core.wait(20_000);
    expect(core.times('INVITE')).toEqual([0, 500]);
    answer(200);
    expect(user.told).toEqual(['200']);
  });
});

describe('§17.1.1.2: Proceeding', () => {
  test('a provisional response is passed up and stops Timers A and B', () => {
    const transaction = call();
    answer(100);
    core.wait(180_000);
    expect(core.times('INVITE')).toEqual([0]);
    expect(transaction.state).toBe('proceeding');
    transaction.terminate();
  });

  test('further provisional responses are passed up, each time', () => {
    const transaction = call();
    for (const status of [100, 180, 183, 183]) answer(status);
    expect(user.told).toEqual(['100', '180', '183', '183']);
    transaction.terminate();
  });

  test('a transport error ends it and the transaction user is told', () => {
    call();
    answer(180);
    core.layer.transportFailed(core.pbx, core.now);
    expect(user.told).toEqual(['180', 'transport failed']);
  });
});

describe('§17.1.1.2: Completed', () => {
  test.each([300, 404, 486, 503, 603, 699])('a %i is passed up once and acknowledged', (status) => {
    const transaction = call();
    answer(status);
    expect(user.told).toEqual([String(status)]);
    expect(core.take()).toEqual(['INVITE', 'ACK']);
    expect(transaction.state).toBe('completed');
  });

  test('the ACK is sent again for each retransmission, which is not passed up', () => {
    call();
    answer(486);
    const first = core.request('ACK').text;
    for (let i = 0; i < 3; i += 1) {
      core.wait(500);
      answer(486);
    }
    expect(core.times('ACK')).toEqual([0, 500, 1_000, 1_500]);
    expect(core.sent.slice(1).every(({ text, flow }) => text === first && flow === core.pbx)).toBe(true);
    expect(user.told).toEqual(['486']);
  });

  test('neither a late provisional response nor a 2xx changes anything', () => {
    const transaction = call();
    answer(486);
    core.take();
    answer(180);
    answer(200);
    expect(core.take()).toEqual([]);
    expect(user.told).toEqual(['486']);
    expect(transaction.state).toBe('completed');
  });

  test('§17.1.1.3: the ACK has the top Via only, Request-URI, Route, From, Call-ID and CSeq of the INVITE, and the To of the response', () => {
    call();
    answer(486, 'busy-tag');
    const ack = core.request('ACK');
    const invite = sipRequest(INVITE);
    expect(ack.uri).toBe(invite.uri);
    expect(ack.headers.elements(HeaderId.Via)).toEqual(['SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours']);
    expect(ack.headers.elements(HeaderId.Route)).toEqual(['<sip:a.example;lr>', '<sip:b.example;lr>']);
    expect(ack.headers.value(HeaderId.From)).toBe(invite.headers.value(HeaderId.From));
    expect(ack.headers.value(HeaderId.To)).toBe('<sip:+12125551234@192.0.2.10>;tag=busy-tag');
    expect(ack.callId).toBe(invite.callId);
    expect([ack.cseq, ack.cseqMethod]).toEqual([7, 'ACK']);
    expect(ack.body).toBe('');
  });

  test('Timer D ends it after 32 s', () => {
    call();
    answer(486);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
    expect(user.told).toEqual(['486']);
  });

  test('Timer D is at least 32 s, whatever T1 is', () => {
    core = new SipCore({ t1: 100, t2: 800, t4: 1_000 });
    call();
    answer(486);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });

  test('Timer D is zero over TCP', () => {
    call(INVITE, TCP);
    answer(486);
    expect(core.take()).toEqual(['INVITE', 'ACK']);
    expect(user.told).toEqual(['486']);
    expect(core.layer.size).toBe(0);
  });

  test('a transport error for the ACK ends it; the transaction user has its answer already', () => {
    call();
    answer(486);
    core.layer.transportFailed(core.pbx, core.now);
    expect(user.told).toEqual(['486']);
    expect(core.layer.size).toBe(0);
  });

  test('an INVITE with more header fields than a received one may have is acknowledged, too', () => {
    const many = INVITE.replace('Privacy: none', 'Privacy: none\r\nX: y'.repeat(255));
    call(many);
    answer(486);
    expect(core.take()).toEqual(['INVITE', 'ACK']);
  });

  test('an INVITE with more Via values than a received one may have is acknowledged, too', () => {
    const via = 'Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours\r\n';
    call(INVITE.replace(via, via + 'Via: SIP/2.0/UDP 192.0.2.5\r\n'.repeat(80)));
    answer(486);
    expect(core.take()).toEqual(['INVITE', 'ACK']);
  });
});

describe('RFC 6026 section 7.2: Accepted', () => {
  test('every 2xx is passed up, retransmissions and other To tags as well, and nothing is acknowledged', () => {
    const transaction = call();
    answer(200, 'bob');
    answer(200, 'bob');
    core.wait(10_000);
    answer(200, 'carol');
    expect(user.told).toEqual(['200', '200', '200']);
    expect(user.responses.map(({ toTag }) => toTag)).toEqual(['bob', 'bob', 'carol']);
    expect(core.take()).toEqual(['INVITE']);
    expect(transaction.state).toBe('accepted');
  });

  test('what is no 2xx is dropped', () => {
    call();
    answer(200);
    answer(180);
    answer(486);
    expect(user.told).toEqual(['200']);
    expect(core.take()).toEqual(['INVITE']);
  });

  test.each([
    ['UDP', undefined],
    ['TCP', TCP],
  ])('Timer M ends it after 64*T1 over %s, and a 2xx after that is stray', (_, flow) => {
    call(INVITE, flow);
    answer(200);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
    answer(200);
    expect(user.told).toEqual(['200']);
    expect(core.strays).toHaveLength(1);
  });

  test('a transport error changes nothing', () => {
    const transaction = call();
    answer(200);
    core.layer.transportFailed(core.pbx, core.now);
    expect(transaction.state).toBe('accepted');
    expect(user.told).toEqual(['200']);
  });

  test('the INVITE is let go of: nothing is made from it any more', () => {
    const transaction = call();
    expect(transaction.sentRequest()?.text).toBe(INVITE);
    answer(200);
    expect(transaction.sentRequest()).toBeUndefined();
  });
});
