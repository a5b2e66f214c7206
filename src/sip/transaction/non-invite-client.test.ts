import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore, sipRequest } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import type { SipResponse } from '../message/message.ts';
import type { NonInviteClientTransaction } from './non-invite-client.ts';

const TCP: Flow = { transport: 'TCP', address: '198.51.100.7', port: 5060 };
const BYE = requestText('BYE', { via: 'Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours' });

let core: SipCore;
let told: string[];

beforeEach(() => {
  core = new SipCore();
  told = [];
});

afterEach(() => {
  core.expectNothingLeft();
});

function send(flow: Flow = core.pbx): NonInviteClientTransaction {
  const user = {
    response: (_: unknown, response: SipResponse) => told.push(String(response.status)),
    timedOut: () => told.push('timed out'),
    transportFailed: () => told.push('transport failed'),
  };
  return core.layer.sendNonInvite('BYE', BYE, 'z9hG4bKours', flow, user, core.now);
}

function answer(status: number): void {
  core.receive(responseTo(sipRequest(BYE), status), core.pbx);
}

describe('§17.1.2.2: Trying', () => {
  test('Timer E doubles from T1 up to T2 until Timer F', () => {
    send();
    core.wait(40_000);
    expect(core.times('BYE')).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(told).toEqual(['timed out']);
  });

  test('Timer F ends it after 64*T1', () => {
    send();
    core.wait(31_999);
    expect(told).toEqual([]);
    core.wait(1);
    expect(told).toEqual(['timed out']);
    expect(core.layer.size).toBe(0);
  });

  test('no Timer E over TCP', () => {
    send(TCP);
    core.wait(40_000);
    expect(core.times('BYE')).toEqual([0]);
    expect(told).toEqual(['timed out']);
  });

  test('a transport error ends it and the transaction user is told', () => {
    send();
    core.layer.transportFailed(core.pbx, core.now);
    expect(told).toEqual(['transport failed']);
    expect(core.layer.size).toBe(0);
  });
});

describe('§17.1.2.2: Proceeding', () => {
  test('provisional responses are passed up and Timer E is T2 from its next run on', () => {
    send();
    core.wait(100);
    answer(100);
    core.wait(40_000);
    expect(core.times('BYE')).toEqual([0, 500, 4_500, 8_500, 12_500, 16_500, 20_500, 24_500, 28_500]);
    expect(told).toEqual(['100', 'timed out']);
  });

  test('Timer F is not put off', () => {
    send();
    core.wait(30_000);
    answer(100);
    core.wait(2_000);
    expect(told).toEqual(['100', 'timed out']);
  });

  test('a transport error ends it and the transaction user is told', () => {
    send();
    answer(100);
    core.layer.transportFailed(core.pbx, core.now);
    expect(told).toEqual(['100', 'transport failed']);
  });
});

describe('§17.1.2.2: Completed', () => {
  test.each([200, 302, 401, 481, 503, 600])(
    'a %i is passed up once, and what comes again is absorbed',
    (status) => {
      send();
      answer(status);
      answer(status);
      answer(200);
      expect(told).toEqual([String(status)]);
      expect(core.take()).toEqual(['BYE']);
    },
  );

  test('Timer K ends it after T4', () => {
    send();
    core.wait(700);
    answer(200);
    expect(core.timers.running).toBe(1);
    core.wait(4_999);
    expect(core.layer.size).toBe(1);
    core.wait(1);
    expect(core.layer.size).toBe(0);
    expect(core.times('BYE')).toEqual([0, 500]);
  });

  test('Timer K is zero over TCP', () => {
    send(TCP);
    answer(200);
    expect(told).toEqual(['200']);
    expect([core.layer.size, core.timers.running]).toEqual([0, 0]);
  });

  test('a transport error is of no interest any more', () => {
    send();
    answer(200);
    core.layer.transportFailed(core.pbx, core.now);
    expect(told).toEqual(['200']);
  });
});
