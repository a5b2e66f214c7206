import type { CarrierCall } from './agents/carrier.ts';
import type { Sighting } from './agents/sip-socket.ts';
import type { Call } from './api.ts';
import { compareAttempts } from './attempts.ts';
import type { Callee, Scenario } from './scenarios.ts';

/** How a call ended for the caller. */
export interface Result {
  readonly status: number | undefined;
  readonly byeStatus: number | undefined;
}

const CALLEES: readonly Callee[] = ['PBX', 'backup', 'gateway'];

/** Who sent the 200 for the INVITE. */
export function whoAnswered(sightings: readonly Sighting[]): Callee | undefined {
  const ok = sightings.find(
    ({ direction, message }) =>
      direction === 'sent' &&
      message.kind === 'response' &&
      message.status === 200 &&
      message.cseqMethod === 'INVITE',
  );
  return CALLEES.find((callee) => callee === ok?.agent);
}

/** What is wrong with what the carrier saw. */
export function judgeCall(
  { expected }: Scenario,
  call: CarrierCall,
  { status, byeStatus }: Result,
  answeredBy: Callee | undefined,
): string[] {
  const problems: string[] = [];
  if (status !== expected.status) {
    problems.push(`the carrier got ${status ?? 'no final response'}, expected ${expected.status}`);
  }
  if (answeredBy !== expected.answeredBy) {
    problems.push(`answered by ${answeredBy ?? 'nobody'}, expected ${expected.answeredBy ?? 'nobody'}`);
  }
  if (status === 200 && byeStatus !== 200) problems.push(`the BYE was answered ${byeStatus ?? 'by nobody'}`);
  if (call.surplus.length > 0) problems.push('a second leg was answered, too');
  const { ringing } = expected;
  const after = call.ringingAfter;
  if (ringing !== undefined && (after === undefined || after < ringing.from || after > ringing.to)) {
    const heard = after === undefined ? 'never' : `after ${Math.round(after)} ms`;
    problems.push(`ringing was heard ${heard}, expected from ${ringing.from} to ${ringing.to} ms`);
  }
  return problems;
}

/** What is wrong with whom the service called, in which order, by which user part. */
export function judgeCalled(
  { expected }: Scenario,
  called: Readonly<Record<Callee, readonly string[]>>,
  sightings: readonly Sighting[],
): string[] {
  const problems: string[] = [];
  const order: Callee[] = [];
  for (const { agent, direction, message } of sightings) {
    const callee = CALLEES.find((name) => name === agent);
    if (callee === undefined || direction !== 'received' || message.kind !== 'request') continue;
    if (message.method === 'INVITE' && !order.includes(callee)) order.push(callee);
  }
  if (order.join() !== expected.called.join()) {
    problems.push(`called were ${order.join(', ') || 'none'}, expected ${expected.called.join(', ')}`);
  }
  const last = expected.called.at(-1);
  const uri = last === undefined ? undefined : called[last].at(-1);
  if (uri !== undefined && !uri.startsWith(`sip:${expected.as}@`)) {
    problems.push(`the Request-URI at the ${last} was ${uri}, expected the user ${expected.as}`);
  }
  return problems;
}

/** What is wrong with the call record. */
export function judgeRecord(
  { did, expected, hangsUpAfter }: Scenario,
  status: number | undefined,
  record: Call | undefined,
): string[] {
  if (record === undefined) return ['there is no call record'];
  const problems: string[] = [];
  const outcome = expected.status === 200 ? 'answered' : hangsUpAfter === undefined ? 'failed' : 'cancelled';
  if (record.outcome !== outcome) problems.push(`the record says ${record.outcome}, expected ${outcome}`);
  if (record.finalStatus !== status) problems.push(`the record has the final status ${record.finalStatus}`);
  if (record.did !== did) problems.push(`the record has the DID ${record.did}`);
  if (record.trunkServer !== 'trunk1') problems.push(`the record is of ${record.trunkServer}`);
  if (outcome === 'answered' && record.endedAt === null)
    problems.push('the record does not say when the call ended');
  const handedOver = record.handedOver.flatMap(({ attempts }) => attempts);
  problems.push(compareAttempts(record.attempts, expected.attempts));
  problems.push(compareAttempts(handedOver, expected.handedOver ?? []));
  return problems.filter((problem) => problem !== '');
}
