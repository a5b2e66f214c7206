import { describe, expect, test } from 'vitest';
import { requestText, responseTo, sipRequest, sipResponse } from '../../../test/support/sip-core.ts';
import type { SipResponse } from '../message/message.ts';
import { betterResponse } from './best-response.ts';

const INVITE = sipRequest(requestText('INVITE'));

function best(...statuses: number[]): number | undefined {
  let best: SipResponse | undefined;
  for (const status of statuses) best = betterResponse(best, sipResponse(responseTo(INVITE, status)));
  return best?.status;
}

describe('§16.7 step 6: the best of several responses', () => {
  test.each([
    ['the only one', [404], 404],
    ['a 6xx before all others', [302, 404, 603, 500], 603],
    ['a 6xx that came first', [600, 302, 404], 600],
    ['the lowest class', [500, 404, 302], 302],
    ['the lowest class, whatever the order', [302, 404, 500], 302],
    ['a 4xx before a 5xx', [503, 486, 500], 486],
    ['the later one within a class', [404, 486, 480], 480],
    ['a challenge within 4xx', [401, 486, 404], 401],
    ['a challenge within 4xx that came late', [486, 407], 407],
    ['415, 420 and 484 tell the caller how to do better, too', [415, 404], 415],
    ['415, 420 and 484 tell the caller how to do better, too', [420, 404], 420],
    ['415, 420 and 484 tell the caller how to do better, too', [484, 404], 484],
    ['the later one of two that do', [401, 484], 484],
    ['a 503 only when there is nothing better in its class', [500, 503, 502], 502],
  ])('%s: %j', (_, statuses, expected) => {
    expect(best(...statuses)).toBe(expected);
  });
});
