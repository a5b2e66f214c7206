import type { Binding } from '../domain/binding.ts';
import type { CallAttempt, CallRecord } from '../domain/call-record.ts';
import { type AttemptOutcome, type AttemptReason, SKIP_CAUSES } from '../domain/delivery.ts';
import { accountId, callId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { parseE164 } from '../domain/phone-number.ts';
import type { SpoolEvent } from './messages.ts';

/**
 * Reads what trunk servers write for every call and every refresh of a binding, as `spoolEventJson` would, in a tenth of the time. Undefined: it is
 * unusual, which may be damage or only rare; the schema has to say.
 */
export function usualEvent(json: unknown): SpoolEvent | undefined {
  if (!isObject(json)) return undefined;
  switch (json['kind']) {
    case 'bound': {
      const binding = usualBinding(json['binding']);
      return binding === undefined ? undefined : { kind: 'bound', binding };
    }
    case 'call': {
      const record = usualRecord(json['record']);
      return record === undefined ? undefined : { kind: 'call', record };
    }
    case 'callEnded': {
      const { at, call } = json;
      return typeof call === 'string' && isTime(at)
        ? { kind: 'callEnded', call: callId(call), at: Math.round(at) }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** One without Path and instance. */
function usualBinding(json: unknown): Binding | undefined {
  if (!isObject(json) || json['instance'] !== undefined || json['regId'] !== undefined) return undefined;
  const { behindNat, callId: sipCallId, contact, cseq, expiresAt, path, q, registeredAt } = json;
  const { source, trunkGroup, trunkServer, userAgent } = json;
  if (typeof trunkGroup !== 'string' || typeof trunkServer !== 'string') return undefined;
  if (!isText(contact) || !isText(sipCallId) || !isText(userAgent)) return undefined;
  if (!isCount(q) || q > 1000 || !isCount(cseq) || typeof behindNat !== 'boolean') return undefined;
  if (!isTime(registeredAt) || !isTime(expiresAt)) return undefined;
  if (!Array.isArray(path) || path.length > 0 || !isObject(source)) return undefined;
  const { address, port, transport } = source;
  if (transport !== 'UDP' || typeof address !== 'string' || !isCount(port) || port > 65_535) return undefined;
  return {
    trunkServer: trunkServerId(trunkServer),
    trunkGroup: trunkGroupId(trunkGroup),
    contact,
    q,
    registeredAt: Math.round(registeredAt),
    expiresAt: Math.round(expiresAt),
    callId: sipCallId,
    cseq,
    userAgent,
    source: { transport, address, port },
    behindNat,
    path: [],
  };
}

function usualRecord(json: unknown): CallRecord | undefined {
  if (!isObject(json)) return undefined;
  const { account, answeredAt, caller, did, finalAt, finalStatus, handedOverFrom } = json;
  const { id, revision, sipCallId, startedAt, trunkServer } = json;
  if (typeof id !== 'string' || typeof trunkServer !== 'string' || typeof account !== 'string')
    return undefined;
  if (typeof did !== 'string' || !isText(caller) || !isText(sipCallId)) return undefined;
  if (!isCount(revision) || !isInteger(finalStatus)) return undefined;
  if (!isTime(startedAt) || !isTime(finalAt)) return undefined;
  const number = parseE164(did);
  const attempts = usualAttempts(json['attempts']);
  if (number === undefined || attempts === undefined) return undefined;
  const record: { -readonly [K in keyof CallRecord]: CallRecord[K] } = {
    id: callId(id),
    trunkServer: trunkServerId(trunkServer),
    account: accountId(account),
    did: number,
    caller,
    sipCallId,
    revision,
    startedAt: Math.round(startedAt),
    finalAt: Math.round(finalAt),
    finalStatus,
    attempts,
  };
  if (answeredAt !== undefined) {
    if (!isTime(answeredAt)) return undefined;
    record.answeredAt = Math.round(answeredAt);
  }
  if (handedOverFrom !== undefined) {
    if (typeof handedOverFrom !== 'string') return undefined;
    record.handedOverFrom = callId(handedOverFrom);
  }
  return record;
}

function usualAttempts(json: unknown): readonly CallAttempt[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const attempts: CallAttempt[] = [];
  for (const each of json) {
    const attempt = usualAttempt(each);
    if (attempt === undefined) return undefined;
    attempts.push(attempt);
  }
  return attempts;
}

function usualAttempt(json: unknown): CallAttempt | undefined {
  if (!isObject(json)) return undefined;
  const { endedAt, ringingAt, startedAt, target } = json;
  const reason = usualReason(json['reason']);
  const outcome = usualOutcome(json['outcome']);
  if (reason === undefined || outcome === undefined || !isText(target)) return undefined;
  if (!isTime(startedAt) || !isTime(endedAt)) return undefined;
  const times = { startedAt: Math.round(startedAt), endedAt: Math.round(endedAt) };
  if (ringingAt === undefined) return { reason, target, ...times, outcome };
  return isTime(ringingAt)
    ? { reason, target, ...times, ringingAt: Math.round(ringingAt), outcome }
    : undefined;
}

const REGISTERED: AttemptReason = { kind: 'registered' };

function usualReason(json: unknown): AttemptReason | undefined {
  if (!isObject(json)) return undefined;
  const { kind, source } = json;
  if (kind === 'registered') return REGISTERED;
  if (kind !== 'backup' && kind !== 'number') return undefined;
  return source === 'did' || source === 'account' ? { kind, source } : undefined;
}

const ANSWERED: AttemptOutcome = { kind: 'answered' };
const CANCELLED: AttemptOutcome = { kind: 'cancelled' };

function usualOutcome(json: unknown): AttemptOutcome | undefined {
  if (!isObject(json)) return undefined;
  const { kind, status } = json;
  switch (kind) {
    case 'answered':
      return ANSWERED;
    case 'rejected':
      return isInteger(status) ? { kind, status } : undefined;
    case 'cancelled':
      return json['cause'] === undefined ? CANCELLED : undefined;
    case 'skipped': {
      const cause = SKIP_CAUSES.find((known) => known === json['cause']);
      return cause === undefined ? undefined : { kind, cause };
    }
    default:
      return undefined;
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null;
}

/** What every database takes as it is: without NUL and half surrogate pairs. */
function isText(json: unknown): json is string {
  return typeof json === 'string' && json.isWellFormed() && !json.includes('\0');
}

/** Milliseconds, and fractions of them. */
function isTime(json: unknown): json is number {
  return typeof json === 'number' && json >= 0 && json < Number.POSITIVE_INFINITY;
}

function isCount(json: unknown): json is number {
  return isInteger(json) && json >= 0;
}

function isInteger(json: unknown): json is number {
  return Number.isSafeInteger(json);
}
