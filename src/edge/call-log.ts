import type { Millis } from '../base/clock.ts';
import type { CallAttempt, CallRecord } from '../domain/call-record.ts';
import type { AttemptOutcome, AttemptReason, PlannedAttempt, SkipCause } from '../domain/delivery.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import { formatPbxAddress } from '../domain/pbx-address.ts';
import type { Branch } from '../sip/proxy/branch.ts';
import { find, octetAt, spell } from '../sip/uri/octets.ts';
import type { IncomingCall } from './incoming-call.ts';

/** An attempt as it is being made. */
interface OpenAttempt {
  readonly reason: AttemptReason;
  readonly target: string;
  readonly startedAt: Millis;
  readonly branch: Branch | undefined;
  endedAt: Millis | undefined;
  ringingAt: Millis | undefined;
  outcome: AttemptOutcome | undefined;
}

const COLON = 0x3a;
const SEMICOLON = 0x3b;

const REGISTERED: AttemptReason = { kind: 'registered' };
const CANCELLED: AttemptOutcome = { kind: 'cancelled' };
const ANSWERED_ELSEWHERE: AttemptOutcome = { kind: 'cancelled', cause: 'answeredElsewhere' };
const STOPPED: AttemptOutcome = { kind: 'cancelled', cause: 'trunkServerStopped' };

/** Writes down what happens to one call, and makes its call record in the end. */
export class CallLog {
  readonly #call: IncomingCall;
  readonly #trunkServer: TrunkServerId;
  readonly #revision: number;
  readonly #startedAt: Millis;
  readonly #attempts: OpenAttempt[] = [];
  #answeredAt: Millis | undefined;
  #record: CallRecord | undefined;

  constructor(call: IncomingCall, trunkServer: TrunkServerId, revision: number, now: Millis) {
    this.#call = call;
    this.#trunkServer = trunkServer;
    this.#revision = revision;
    this.#startedAt = now;
  }

  /** The record, once the caller has the final response. */
  get record(): CallRecord | undefined {
    return this.#record;
  }

  begin(attempt: PlannedAttempt | undefined, target: string, branch: Branch | undefined, now: Millis): void {
    this.#attempts.push({
      reason: attempt?.reason ?? REGISTERED,
      target,
      startedAt: now,
      branch,
      endedAt: undefined,
      ringingAt: undefined,
      outcome: undefined,
    });
  }

  /** Takes the last entry back: its name has been found, its addresses get entries of their own. */
  forget(): void {
    this.#attempts.pop();
  }

  rang(branch: Branch, now: Millis): void {
    const open = this.#of(branch);
    if (open !== undefined) open.ringingAt ??= now;
  }

  /** Returns when the target began to ring. */
  end(branch: Branch | undefined, outcome: AttemptOutcome, now: Millis): Millis | undefined {
    const open = branch === undefined ? this.#attempts.at(-1) : this.#of(branch);
    if (open === undefined) return undefined;
    open.endedAt = now;
    open.outcome = outcome;
    return open.ringingAt;
  }

  passedOver(attempt: PlannedAttempt, cause: SkipCause, now: Millis): void {
    this.#attempts.push({
      reason: attempt.reason,
      target: describePlanned(attempt),
      startedAt: now,
      branch: undefined,
      endedAt: now,
      ringingAt: undefined,
      outcome: { kind: 'skipped', cause },
    });
  }

  answered(branch: Branch, now: Millis): void {
    this.#answeredAt = now;
    // A branch that had been given up may answer after all; the one that is being tried ends then.
    this.end(branch, { kind: 'answered' }, now);
    this.#endAll(ANSWERED_ELSEWHERE, now);
  }

  /** The caller has hung up. */
  cancelled(now: Millis): void {
    this.#endAll(CANCELLED, now);
  }

  /** The trunk server stops. */
  stopped(now: Millis): void {
    this.#endAll(STOPPED, now);
  }

  #endAll(outcome: AttemptOutcome, now: Millis): void {
    for (const open of this.#attempts) {
      if (open.outcome !== undefined) continue;
      open.outcome = outcome;
      open.endedAt = now;
    }
  }

  finish(status: number, now: Millis): void {
    const { request, account, did, id, handedOverFrom } = this.#call;
    const answeredAt = this.#answeredAt;
    const attempts: CallAttempt[] = [];
    for (const open of this.#attempts) attempts.push(closed(open, now));
    const record: { -readonly [K in keyof CallRecord]: CallRecord[K] } = {
      id,
      trunkServer: this.#trunkServer,
      account: account.id,
      did: did.number,
      caller: callerOf(this.#call),
      sipCallId: request.callId,
      revision: this.#revision,
      startedAt: this.#startedAt,
      finalAt: now,
      finalStatus: status,
      attempts,
    };
    if (answeredAt !== undefined) record.answeredAt = answeredAt;
    if (handedOverFrom !== undefined) record.handedOverFrom = handedOverFrom;
    this.#record = record;
  }

  #of(branch: Branch): OpenAttempt | undefined {
    for (const open of this.#attempts) if (open.branch === branch) return open;
    return undefined;
  }
}

function closed(open: OpenAttempt, now: Millis): CallAttempt {
  const { reason, ringingAt, startedAt, target } = open;
  const endedAt = open.endedAt ?? now;
  const outcome = open.outcome ?? CANCELLED;
  return ringingAt === undefined
    ? { reason, target, startedAt, endedAt, outcome }
    : { reason, target, startedAt, endedAt, ringingAt, outcome };
}

/** The user part of From, or the URI where it has none, as people read it. */
function callerOf(call: IncomingCall): string {
  const from = call.request.from;
  if (!from.ok) return '';
  const { uri } = from.value;
  const at = uri.indexOf('@');
  const colon = uri.indexOf(':');
  if (at === -1 || colon === -1) return utf8(uri);
  spell(uri);
  const end = Math.min(find(colon + 1, at, COLON), find(colon + 1, at, SEMICOLON));
  return utf8(uri.substring(colon + 1, Math.max(end, colon + 1)));
}

/** SIP is UTF-8 (25.1); a message is kept as one character for each byte. */
function utf8(text: string): string {
  spell(text);
  let ascii = 0;
  while (ascii < text.length && octetAt(ascii) < 0x80) ascii += 1;
  return ascii === text.length ? text : Buffer.from(text, 'latin1').toString('utf8');
}

/** An attempt that was not made, as call records name it. */
function describePlanned(attempt: PlannedAttempt): string {
  const { target } = attempt;
  switch (target.kind) {
    case 'bindings':
      return target.trunkGroup;
    case 'trunkServer':
      return target.trunkServer;
    case 'address':
      return `sip:${formatPbxAddress(target.address)}`;
    case 'number':
      return target.number;
  }
}
