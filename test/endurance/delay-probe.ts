import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { Carrier } from '../../demo/agents/carrier.ts';
import { SipSocket } from '../../demo/agents/sip-socket.ts';

/**
 * A carrier and a gateway on a thread of their own: measures how long a trunk server takes from the INVITE that comes
 * in to the one that goes out, whatever the thread of the test is busy with.
 */
const place = z.object({ address: z.string(), port: z.number() });
const plan = z
  .object({ carrier: place, gateway: place, trunkServer: place, did: z.string(), everyMs: z.number() })
  .parse(workerData);

/** One call, as soon as it has been answered. */
export interface ProbedCall {
  /** When the INVITE was sent, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Until it came out at the gateway, in milliseconds. */
  readonly delay: number;
  readonly status: number;
}

const sent = new Map<string, number>();
const delays = new Map<string, number>();
const carrier = new Carrier(
  await SipSocket.open('carrier', plan.carrier, ({ at, direction, message }) => {
    if (direction === 'sent' && message.kind === 'request' && message.method === 'INVITE') {
      if (!sent.has(message.callId)) sent.set(message.callId, at);
    }
  }),
);
const gateway = new AnsweringAgent(
  await SipSocket.open('gateway', plan.gateway, ({ at, direction, message }) => {
    if (direction !== 'received' || message.kind !== 'request' || message.method !== 'INVITE') return;
    if (!delays.has(message.callId)) delays.set(message.callId, at - (sent.get(message.callId) ?? at));
  }),
  { kind: 'answers', after: 0 },
);
const flow = setInterval(async () => {
  const call = carrier.call(plan.did, plan.trunkServer);
  const at = performance.timeOrigin + (sent.get(call.callId) ?? performance.now());
  const { status } = await call.final;
  void call.bye();
  const probed: ProbedCall = { at, delay: delays.get(call.callId) ?? Number.NaN, status };
  parentPort?.postMessage(probed);
}, plan.everyMs);
parentPort?.once('message', () => {
  clearInterval(flow);
  setTimeout(() => {
    carrier.close();
    gateway.close();
    parentPort?.close();
  }, 1_000);
});
