import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestText, responseTo, SipCore, sipRequest } from '../../../test/support/sip-core.ts';
import type { Flow } from '../../base/flow.ts';
import type { InviteClientTransaction } from './invite-client.ts';

const TCP: Flow = { transport: 'TCP', address: '192.0.2.5', port: 41_000 };

function via(value: string): Readonly<Record<string, string>> {
  return { via: `Via: SIP/2.0/UDP ${value}` };
}

describe('whatever comes, in whatever order', () => {
  const STATUSES = [100, 180, 183, 200, 202, 302, 401, 408, 486, 487, 503, 603];
  const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'PRACK'];
  const BRANCHES = [';branch=z9hG4bKa', ';branch=z9hG4bKb', ';branch=z9hG4bK', ';branch=1', ''];
  const branchOf = fc.constantFrom(...BRANCHES);
  const method = fc.constantFrom(...METHODS);
  const status = fc.constantFrom(...STATUSES);
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('request' as const),
      method,
      branch: branchOf,
      cseq: fc.integer({ min: 1, max: 2 }),
    }),
    fc.record({
      kind: fc.constant('response' as const),
      method,
      nth: fc.nat(3),
      status,
      tag: fc.constantFrom('x', 'y'),
    }),
    fc.record({ kind: fc.constant('send' as const), method, reliable: fc.boolean() }),
    fc.record({ kind: fc.constant('respond' as const), nth: fc.nat(5), status }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat(600), fc.nat(40_000)) }),
    fc.record({ kind: fc.constant('transportFailed' as const) }),
  );

  test('nothing throws, each client transaction ends once, and nothing is left after ten minutes', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const core = new SipCore();
        const ends: string[] = [];
        const calls: InviteClientTransaction[] = [];
        let sent = 0;
        for (const one of events) {
          switch (one.kind) {
            case 'request': {
              const changes = { ...via(`192.0.2.5${one.branch}`), cseq: `CSeq: ${one.cseq} ${one.method}` };
              core.receive(requestText(one.method, changes), core.caller);
              break;
            }
            case 'response': {
              const to = sipRequest(requestText(one.method, via(`192.0.2.10;branch=z9hG4bKout${one.nth}`)));
              core.receive(responseTo(to, one.status, { toTag: one.tag }), core.pbx);
              break;
            }
            case 'send': {
              if (one.method === 'ACK') break;
              const branch = `z9hG4bKout${sent}`;
              sent += 1;
              const name = `${one.method} ${branch}`;
              const flow: Flow = one.reliable ? TCP : core.pbx;
              const text = requestText(one.method, via(`192.0.2.10;branch=${branch}`));
              const user = {
                response: (_: unknown, response: { status: number }) => {
                  if (response.status >= 300) ends.push(name);
                },
                timedOut: () => ends.push(name),
                transportFailed: () => ends.push(name),
              };
              if (one.method !== 'INVITE') {
                core.layer.sendNonInvite(one.method, text, branch, flow, user, core.now);
                break;
              }
              calls.push(core.layer.sendInvite(text, branch, flow, user, core.now));
              break;
            }
            case 'respond': {
              const open = [...core.invites, ...core.requests][one.nth];
              open?.transaction.respond(one.status, responseTo(open.request, one.status), core.now);
              break;
            }
            case 'wait':
              core.wait(one.ms);
              break;
            case 'transportFailed':
              core.layer.transportFailed(core.pbx, core.now);
              break;
          }
        }
        // After a provisional response Timer C is what ends an INVITE (16.8), and that is the transaction user's.
        for (const call of calls) if (call.state === 'proceeding') call.terminate();
        core.expectNothingLeft();
        expect(new Set(ends).size).toBe(ends.length);
      }),
      { numRuns: 300 },
    );
  });
});
