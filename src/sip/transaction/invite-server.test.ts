import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import type { InviteServerTransaction } from './invite-server.ts';

const TCP: Flow = { transport: 'TCP', address: '192.0.2.5', port: 41_000 };
const INVITE = requestText('INVITE');
/** §17.1.1.3: the ACK for a non-2xx has the branch of the INVITE. */
const ACK = requestText('ACK', { to: 'To: <sip:+12125551234@192.0.2.10>;tag=us' });

let core: SipCore;

beforeEach(() => {
  core = new SipCore();
});

afterEach(() => {
  core.expectNothingLeft();
});

function invited(from: Flow = core.caller): InviteServerTransaction {
  core.receive(INVITE, from);
  const transaction = core.invites[0]?.transaction;
  if (transaction === undefined) throw new Error('the INVITE was not passed up');
  return transaction;
}

function respond(transaction: InviteServerTransaction, status: number): void {
  const request = core.invites[0]?.request;
  if (request === undefined) throw new Error('there is no INVITE');
  transaction.respond(status, responseTo(request, status, { toTag: 'us' }), core.now);
}

describe('§17.2.1: Proceeding', () => {
  test('the INVITE is passed up once, whatever comes again', () => {
    invited();
    core.receive(INVITE, core.caller);
    core.receive(INVITE, core.caller);
    expect(core.invites).toHaveLength(1);
    expect(core.take()).toEqual([]);
  });

  test('a retransmitted INVITE gets the most recent provisional response', () => {
    const transaction = invited();
    respond(transaction, 100);
    core.receive(INVITE, core.caller);
    respond(transaction, 180);
    core.receive(INVITE, core.caller);
    expect(core.take()).toEqual(['100', '100', '180', '180']);
  });

  test('an ACK changes nothing', () => {
    const transaction = invited();
    core.receive(ACK, core.caller);
    expect(transaction.state).toBe('proceeding');
    expect(core.acks).toEqual([]);
  });

  test('a CANCEL comes to the transaction user of the INVITE; a repeated one does not', () => {
    const transaction = invited();
    const heard: string[] = [];
    transaction.user = { cancelled: (cancel) => heard.push(cancel.method) };
    core.receive(requestText('CANCEL'), core.caller);
    core.receive(requestText('CANCEL'), core.caller);
    expect(heard).toEqual(['CANCEL']);
    expect(core.take()).toEqual(['200', '200']);
    expect(transaction.state).toBe('proceeding');
  });

  test('RFC 6026 section 8.8: a transport error changes nothing', () => {
    const transaction = invited();
    core.layer.transportFailed(core.caller, core.now);
    expect(transaction.state).toBe('proceeding');
  });
});

describe('§17.2.1: Completed', () => {
  test('Timer G sends the final response again after T1, doubling up to T2, until Timer H', () => {
    const transaction = invited();
    respond(transaction, 486);
    core.wait(40_000);
    expect(core.times('486')).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(transaction.state).toBe('terminated');
  });

  test('Timer H ends it 64*T1 after the response', () => {
    respond(invited(), 486);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });

  test('a retransmitted INVITE gets the final response again', () => {
    const transaction = invited();
    respond(transaction, 180);
    respond(transaction, 404);
    core.receive(INVITE, core.caller);
    expect(core.take()).toEqual(['180', '404', '404']);
  });

  test('no response but the first final one is sent', () => {
    const transaction = invited();
    respond(transaction, 486);
    for (const status of [180, 200, 486, 503]) respond(transaction, status);
    expect(core.take()).toEqual(['486']);
    expect(transaction.state).toBe('completed');
  });

  test.each([200, 486])(
    'the transaction user is let go after a %i: nothing is kept for its sake',
    (status) => {
      const transaction = invited();
      transaction.user = { cancelled: () => {} };
      respond(transaction, 180);
      expect(transaction.user).toBeDefined();
      respond(transaction, status);
      expect(transaction.user).toBeUndefined();
    },
  );

  test('a CANCEL does not come to the transaction user any more', () => {
    const transaction = invited();
    const heard: string[] = [];
    transaction.user = { cancelled: () => heard.push('cancelled') };
    respond(transaction, 486);
    core.receive(requestText('CANCEL'), core.caller);
    expect(heard).toEqual([]);
    expect(core.take()).toEqual(['486', '200']);
  });

  test('over TCP Timer G does not run and Timer H does', () => {
    respond(invited(TCP), 486);
    core.wait(31_999);
    expect(core.take()).toEqual(['486']);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });
});

describe('§17.2.1: Confirmed', () => {
  test('the ACK stops Timer G and is not passed up', () => {
    const transaction = invited();
    respond(transaction, 486);
    core.wait(100);
    core.receive(ACK, core.caller);
    core.wait(4_000);
    expect(core.take()).toEqual(['486']);
    expect(transaction.state).toBe('confirmed');
    expect(core.acks).toEqual([]);
    expect(core.timers.running).toBe(1);
  });

  test('Timer I absorbs further ACKs and INVITEs for T4', () => {
    respond(invited(), 486);
    core.receive(ACK, core.caller);
    core.take();
    core.wait(4_999);
    core.receive(ACK, core.caller);
    core.receive(INVITE, core.caller);
    expect(core.take()).toEqual([]);
    expect([core.acks.length, core.invites.length]).toEqual([0, 1]);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });

  test('Timer I is zero over TCP', () => {
    respond(invited(TCP), 486);
    core.receive(ACK, TCP);
    expect(core.layer.size).toBe(0);
    expect(core.timers.running).toBe(0);
  });
});

describe('RFC 6026 section 7.1: Accepted', () => {
  test('every 2xx that the transaction user passes is sent, and none by itself', () => {
    const transaction = invited();
    respond(transaction, 200);
    core.wait(5_000);
    respond(transaction, 200);
    core.wait(5_000);
    expect(core.times('200')).toEqual([0, 5_000]);
    expect(transaction.state).toBe('accepted');
  });

  test('what is no 2xx is not sent', () => {
    const transaction = invited();
    respond(transaction, 200);
    for (const status of [180, 486, 603]) respond(transaction, status);
    expect(core.take()).toEqual(['200']);
  });

  test('a retransmitted INVITE is absorbed', () => {
    respond(invited(), 200);
    core.receive(INVITE, core.caller);
    expect(core.take()).toEqual(['200']);
    expect(core.invites).toHaveLength(1);
  });

  test('an ACK is passed up: it belongs to the dialog', () => {
    respond(invited(), 200);
    core.receive(ACK, core.caller);
    core.receive(requestText('ACK', { via: 'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKnew' }), core.caller);
    expect(core.acks).toHaveLength(2);
  });

  test.each([
    ['UDP', undefined],
    ['TCP', TCP],
  ])('Timer L ends it after 64*T1 over %s', (_, flow) => {
    respond(invited(flow), 200);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });
});
