import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore, sipRequest } from '../../../test/support/sip-core.ts';
import type { ResponseOptions } from '../message/response.ts';
import { NonInviteForward } from './non-invite-forward.ts';

const COPY = requestText('BYE', {
  via: 'Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours\r\nVia: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKcaller1',
});

let core: SipCore;

beforeEach(() => {
  core = new SipCore();
  core.receive(requestText('BYE'), core.caller);
  const arrived = core.requests[0];
  if (arrived === undefined) throw new Error('the request was not passed up');
  const { transaction, request } = arrived;
  const plain = { to: undefined, removeAssertedIdentity: false };
  const forward = new NonInviteForward(core.layer, transaction, request, plain, {
    via: '',
    newBranch: () => '',
    newTag: () => 'us',
  });
  forward.start(COPY, 'z9hG4bKours', core.pbx, core.now);
});

afterEach(() => {
  core.expectNothingLeft();
});

function answer(status: number, options: ResponseOptions = {}, copy = COPY): void {
  core.receive(responseTo(sipRequest(copy), status, options), core.pbx);
}

function toCaller(): string[] {
  const sent = core.sent.filter(({ flow }) => flow === core.caller);
  return sent.map(({ message }) => (message.kind === 'response' ? String(message.status) : message.method));
}

describe('a request other than INVITE on its way through us', () => {
  test('its answer goes on without our Via', () => {
    answer(200, { headers: 'X-Own: 1\r\n' });
    expect(core.response().text).toBe(
      responseTo(sipRequest(requestText('BYE')), 200, { headers: 'X-Own: 1\r\n' }),
    );
  });

  test('RFC 4320 section 4.1: no provisional response goes on', () => {
    for (const status of [100, 180, 183]) answer(status);
    expect(toCaller()).toEqual([]);
  });

  test('RFC 4320 section 4.1: a 100 of our own as soon as the sender has come to T2, not before', () => {
    core.wait(3_499);
    expect(toCaller()).toEqual([]);
    core.wait(1);
    expect(toCaller()).toEqual(['100']);
    answer(200);
    expect(toCaller()).toEqual(['100', '200']);
  });

  test('RFC 4320 section 4.2: no answer in time is no 408', () => {
    core.wait(32_000);
    expect(toCaller()).toEqual(['100']);
    expect(core.layer.size).toBe(0);
  });

  test('RFC 4320 section 4.2: a 408 does not go on', () => {
    answer(408);
    expect(toCaller()).toEqual([]);
    core.wait(5_000);
    expect(core.layer.size).toBe(0);
  });

  test('RFC 4320 section 4.4: an answer that comes too late is stray', () => {
    core.wait(32_000);
    answer(200);
    expect(toCaller()).toEqual(['100']);
    expect(core.strays).toHaveLength(1);
  });

  test('§16.7 step 6: a 503 goes on as 500', () => {
    answer(503, { headers: 'Retry-After: 60\r\n' });
    expect(toCaller()).toEqual(['500']);
  });

  test('§16.9: a transport error is as good as a 503', () => {
    core.layer.transportFailed(core.pbx, core.now);
    expect(toCaller()).toEqual(['500']);
  });

  test('§16.7 step 3: an answer without a Via below ours is replaced by one of our own', () => {
    answer(481, {}, requestText('BYE', { via: 'Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours' }));
    expect(core.response()).toMatchObject({ status: 481, toTag: 'us', via: { branch: 'z9hG4bKcaller1' } });
  });

  test('a retransmission is answered by us and not sent on', () => {
    answer(200);
    // Timers J and K, and no longer that of the 100.
    expect(core.timers.running).toBe(2);
    core.receive(requestText('BYE'), core.caller);
    answer(200);
    expect(toCaller()).toEqual(['200', '200']);
    expect(core.times('BYE')).toEqual([0]);
  });
});
