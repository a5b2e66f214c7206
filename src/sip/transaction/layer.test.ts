import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore, sipRequest } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import { NOBODY } from './context.ts';

const TCP: Flow = { transport: 'TCP', address: '192.0.2.5', port: 41_000 };

let core: SipCore;

beforeEach(() => {
  core = new SipCore();
});

afterEach(() => {
  core.expectNothingLeft();
});

function via(value: string): Readonly<Record<string, string>> {
  return { via: `Via: SIP/2.0/UDP ${value}` };
}

describe('requests', () => {
  test('the same branch with another method is another transaction (17.2.3)', () => {
    core.receive(requestText('INVITE'), core.caller);
    core.receive(requestText('UPDATE'), core.caller);
    core.receive(requestText('BYE'), core.caller);
    expect(core.invites).toHaveLength(1);
    expect(core.requests.map(({ request }) => request.method)).toEqual(['UPDATE', 'BYE']);
    expect(core.layer.size).toBe(3);
  });

  test('an ACK that belongs to no INVITE is passed up and leaves nothing behind (13.2.2.4)', () => {
    core.receive(requestText('ACK'), core.caller);
    expect(core.acks).toHaveLength(1);
    expect(core.layer.size).toBe(0);
  });

  test('a CANCEL comes with the INVITE that it cancels (9.2)', () => {
    core.receive(requestText('INVITE'), core.caller);
    core.receive(requestText('CANCEL'), core.caller);
    expect(core.cancels[0]?.invite).toBe(core.invites[0]?.transaction);
    expect(core.response().status).toBe(200);
  });

  test('a CANCEL for nothing comes without one, and so does one from another sent-by', () => {
    core.receive(requestText('CANCEL', via('192.0.2.5;branch=z9hG4bKnone')), core.caller);
    core.receive(requestText('INVITE'), core.caller);
    core.receive(requestText('CANCEL', via('192.0.2.5:5099;branch=z9hG4bKcaller1')), core.caller);
    expect(core.cancels.map(({ invite }) => invite)).toEqual([undefined, undefined]);
    expect(core.take()).toEqual(['481', '481']);
  });

  test('a CANCEL does not cancel a request of another method', () => {
    core.receive(requestText('OPTIONS'), core.caller);
    core.receive(requestText('CANCEL'), core.caller);
    expect(core.cancels[0]?.invite).toBeUndefined();
  });

  test('RFC 2543: the ACK for a refusal is absorbed, the one for a 2xx is passed up', () => {
    const old = via('192.0.2.5');
    const tagged = { ...old, to: 'To: <sip:+12125551234@192.0.2.10>;tag=bob' };
    core.receive(requestText('INVITE', old), core.caller);
    const refused = core.invites[0];
    refused?.transaction.respond(486, responseTo(refused.request, 486), core.now);
    core.receive(requestText('ACK', tagged), core.caller);
    expect(refused?.transaction.state).toBe('confirmed');
    expect(core.acks).toEqual([]);

    const second = { cseq: 'CSeq: 8 INVITE' };
    core.receive(requestText('INVITE', { ...old, ...second }), core.caller);
    const answered = core.invites[1];
    answered?.transaction.respond(200, responseTo(answered.request, 200), core.now);
    core.receive(requestText('ACK', { ...tagged, cseq: 'CSeq: 8 ACK' }), core.caller);
    expect(core.acks).toHaveLength(1);
  });

  test('two requests with nothing but the cookie as branch are not taken for one (RFC 4475 3.2.1)', () => {
    const cookie = via('192.0.2.5;branch=z9hG4bK');
    core.receive(requestText('OPTIONS', cookie), core.caller);
    core.receive(requestText('OPTIONS', { ...cookie, callId: 'Call-ID: call-2' }), core.caller);
    expect(core.requests).toHaveLength(2);
  });
});

describe('§8.2.2.2: merged requests', () => {
  const copy = requestText('INVITE', via('203.0.113.9;branch=z9hG4bKother'));

  test('a copy that came another way is told as such while the first is in progress', () => {
    core.receive(requestText('INVITE'), core.caller);
    core.receive(copy, core.pbx);
    expect(core.invites.map(({ merged }) => merged)).toEqual([false, true]);
  });

  test('and while the first has been answered', () => {
    core.receive(requestText('INVITE'), core.caller);
    const first = core.invites[0];
    first?.transaction.respond(200, responseTo(first.request, 200), core.now);
    core.receive(copy, core.pbx);
    expect(core.invites[1]?.merged).toBe(true);
  });

  test('after a refusal it is a new try', () => {
    core.receive(requestText('INVITE'), core.caller);
    const first = core.invites[0];
    first?.transaction.respond(503, responseTo(first.request, 503), core.now);
    core.receive(copy, core.pbx);
    expect(core.invites[1]?.merged).toBe(false);
    // The end of the first does not make the second forgotten.
    core.wait(32_000);
    core.receive(requestText('INVITE', via('203.0.113.9;branch=z9hG4bKthird')), core.pbx);
    expect(core.invites[2]?.merged).toBe(true);
  });

  test('a retransmission is no copy', () => {
    core.receive(requestText('INVITE'), core.caller);
    core.receive(requestText('INVITE'), core.caller);
    expect(core.invites).toHaveLength(1);
  });

  test('nothing is remembered once the first is gone', () => {
    core.receive(requestText('INVITE'), core.caller);
    const first = core.invites[0];
    first?.transaction.respond(200, responseTo(first.request, 200), core.now);
    core.wait(32_000);
    core.receive(copy, core.pbx);
    expect(core.invites[1]?.merged).toBe(false);
  });
});

describe('where responses go', () => {
  function answered(value: string, from: Flow): Flow | undefined {
    core.receive(requestText('OPTIONS', via(value)), from);
    const asked = core.requests[0];
    asked?.transaction.respond(200, responseTo(asked.request, 200), core.now);
    return core.sent[0]?.flow;
  }

  test('§18.2.2: to the source address and the port of sent-by', () => {
    const from = core.flows.of('203.0.113.5', 40_000);
    expect(answered('10.0.0.1:5070;branch=z9hG4bKa', from)).toBe(core.flows.of('203.0.113.5', 5070));
  });

  test('§18.2.2: to port 5060 when sent-by has none', () => {
    const from = core.flows.of('203.0.113.5', 40_000);
    expect(answered('10.0.0.1;branch=z9hG4bKa', from)).toBe(core.flows.of('203.0.113.5', 5060));
  });

  test('RFC 3581: to the source port when rport is asked for', () => {
    const from = core.flows.of('203.0.113.5', 40_000);
    expect(answered('10.0.0.1:5070;rport;branch=z9hG4bKa', from)).toBe(from);
  });

  test('§18.2.2: along the connection over TCP', () => {
    expect(answered('10.0.0.1:5070;branch=z9hG4bKa', TCP)).toBe(TCP);
  });

  test('never to maddr or to a received that the sender wrote itself', () => {
    const flow = answered(
      '192.0.2.5;maddr=198.51.100.99;received=198.51.100.98;branch=z9hG4bKa',
      core.caller,
    );
    expect(flow).toBe(core.caller);
  });

  test('the top Via that responses carry has received and rport filled in (18.2.1, RFC 3581)', () => {
    const from = core.flows.of('203.0.113.5', 40_000);
    core.receive(requestText('OPTIONS', via('10.0.0.1:5070;rport;branch=z9hG4bKa')), from);
    expect(core.requests[0]?.transaction.topVia).toBe(
      'SIP/2.0/UDP 10.0.0.1:5070;rport=40000;branch=z9hG4bKa;received=203.0.113.5',
    );
  });
});

describe('responses', () => {
  const ours = via('192.0.2.10;branch=z9hG4bKours');

  test('RFC 6026 section 8.9: one that matches nothing is stray and is not forwarded', () => {
    core.receive(responseTo(sipRequest(requestText('INVITE', ours)), 200), core.pbx);
    expect(core.strays.map(({ status }) => status)).toEqual([200]);
    expect(core.take()).toEqual([]);
  });

  test('§17.1.3: the method in CSeq must match as well', () => {
    const told: number[] = [];
    const user = { ...NOBODY, response: (_: unknown, { status }: { status: number }) => told.push(status) };
    core.layer.sendInvite(requestText('INVITE', ours), 'z9hG4bKours', core.pbx, user, core.now);
    core.receive(responseTo(sipRequest(requestText('BYE', ours)), 200), core.pbx);
    core.receive(responseTo(sipRequest(requestText('CANCEL', ours)), 200), core.pbx);
    expect(core.strays).toHaveLength(2);
    expect(told).toEqual([]);
  });

  test('the answer to a CANCEL is told from that to its INVITE', () => {
    const told: string[] = [];
    const user = (name: string) => ({
      ...NOBODY,
      response: (_: unknown, { status }: { status: number }) => told.push(`${name} ${status}`),
    });
    const invite = requestText('INVITE', ours);
    const cancel = requestText('CANCEL', ours);
    core.layer.sendInvite(invite, 'z9hG4bKours', core.pbx, user('INVITE'), core.now);
    core.receive(responseTo(sipRequest(invite), 180), core.pbx);
    core.layer.sendNonInvite('CANCEL', cancel, 'z9hG4bKours', core.pbx, user('CANCEL'), core.now);
    core.receive(responseTo(sipRequest(cancel), 200), core.pbx);
    core.receive(responseTo(sipRequest(invite), 487), core.pbx);
    expect(told).toEqual(['INVITE 180', 'CANCEL 200', 'INVITE 487']);
  });
});

test('§18.4: what is sent while a flow fails is not taken for failed', () => {
  const told: string[] = [];
  const again = {
    ...NOBODY,
    transportFailed: () => {
      told.push('failed');
      const text = requestText('INVITE', via(`192.0.2.10;branch=z9hG4bKnext${told.length}`));
      core.layer.sendInvite(text, `z9hG4bKnext${told.length}`, core.pbx, again, core.now);
    },
  };
  const text = requestText('INVITE', via('192.0.2.10;branch=z9hG4bKfirst'));
  core.layer.sendInvite(text, 'z9hG4bKfirst', core.pbx, again, core.now);
  core.layer.transportFailed(core.pbx, core.now);
  expect(told).toEqual(['failed']);
  expect(core.layer.size).toBe(1);
});
