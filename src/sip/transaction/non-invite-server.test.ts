import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import type { NonInviteServerTransaction } from './non-invite-server.ts';

const TCP: Flow = { transport: 'TCP', address: '192.0.2.5', port: 41_000 };
const OPTIONS = requestText('OPTIONS');

let core: SipCore;

beforeEach(() => {
  core = new SipCore();
});

afterEach(() => {
  core.expectNothingLeft();
});

function asked(from: Flow = core.caller): NonInviteServerTransaction {
  core.receive(OPTIONS, from);
  const transaction = core.requests[0]?.transaction;
  if (transaction === undefined) throw new Error('the request was not passed up');
  return transaction;
}

function respond(transaction: NonInviteServerTransaction, status: number): void {
  const request = core.requests[0]?.request;
  if (request === undefined) throw new Error('there is no request');
  transaction.respond(status, responseTo(request, status), core.now);
}

describe('§17.2.2', () => {
  test('Trying: the request is passed up once and a retransmission gets nothing', () => {
    asked();
    core.receive(OPTIONS, core.caller);
    expect(core.requests).toHaveLength(1);
    expect(core.take()).toEqual([]);
  });

  test('Proceeding: a retransmission gets the most recent provisional response', () => {
    const transaction = asked();
    respond(transaction, 100);
    core.receive(OPTIONS, core.caller);
    expect(core.take()).toEqual(['100', '100']);
    expect(transaction.state).toBe('proceeding');
  });

  test('Completed: a retransmission gets the final response again; nothing is sent by itself', () => {
    const transaction = asked();
    respond(transaction, 200);
    core.wait(10_000);
    expect(core.take()).toEqual(['200']);
    core.receive(OPTIONS, core.caller);
    expect(core.take()).toEqual(['200']);
  });

  test('Completed: any other response of the transaction user is discarded', () => {
    const transaction = asked();
    respond(transaction, 404);
    for (const status of [100, 200, 500]) respond(transaction, status);
    core.receive(OPTIONS, core.caller);
    expect(core.take()).toEqual(['404', '404']);
  });

  test('Timer J ends it 64*T1 after the final response', () => {
    respond(asked(), 200);
    core.wait(31_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
  });

  test('Timer J is zero over TCP', () => {
    respond(asked(TCP), 200);
    expect([core.layer.size, core.timers.running]).toEqual([0, 0]);
    expect(core.sent[0]?.flow).toBe(TCP);
  });

  test('RFC 4320 section 4.2: it can end without a final response', () => {
    const transaction = asked();
    transaction.abandon();
    expect(core.take()).toEqual([]);
    expect([core.layer.size, core.timers.running]).toEqual([0, 0]);
    respond(transaction, 200);
    expect(core.take()).toEqual([]);
  });

  test('once answered it cannot be abandoned: retransmissions need the answer', () => {
    const transaction = asked();
    respond(transaction, 200);
    transaction.abandon();
    core.receive(OPTIONS, core.caller);
    expect(core.take()).toEqual(['200', '200']);
  });
});
