import { assertNever } from '../base/assert-never.ts';
import type {
  AttemptOutcome,
  AttemptReason,
  AttemptTarget,
  CancelCause,
  PlannedAttempt,
  SettingSource,
  SkipCause,
  UnreachableCause,
} from '../domain/delivery.ts';
import { formatPbxAddress } from '../domain/pbx-address.ts';

const SOURCE: Record<SettingSource, string> = { did: "the DID's", account: "the account's" };

/** Why an attempt is made. */
export function reasonInWords(reason: AttemptReason): string {
  switch (reason.kind) {
    case 'registered':
      return 'the registered PBX';
    case 'otherTrunkServer':
      return reason.why === 'sharedRegistrations'
        ? 'shared registrations are on, so the PBX may be registered at another trunk server'
        : 'there are no failover settings, so the PBX may be registered at another trunk server';
    case 'backup':
      return `${SOURCE[reason.source]} backup PBX`;
    case 'number':
      return `${SOURCE[reason.source]} failover number`;
    default:
      return assertNever(reason);
  }
}

const SKIPPED: Record<SkipCause, string> = {
  accountSuspended: 'the account is suspended',
  notRegistered: 'the PBX is not registered there',
  noSuchTrunkGroup: 'the trunk group that it names is no longer there',
  sameTrunkGroup: "it is the DID's own trunk group, which has been tried by then",
  forwardedTooOften: 'the call has been forwarded too often already',
  noHopsLeft: 'Max-Forwards leaves no hop for it',
  ownDid: 'the number is a DID of this service, so the call would come back',
  notAllowed: "the operator's policy does not allow it",
  legCapReached: 'the account has as many failover calls up as it may',
  noGateway: 'no gateway takes calls',
  huntBudgetSpent: 'the hunt before the number has used up its time or its addresses',
  transportNotSupported: 'this trunk server cannot send there (transport or address family)',
};

/** Why an attempt is not made. */
export function skipInWords(cause: SkipCause): string {
  return SKIPPED[cause];
}

const UNREACHABLE: Record<UnreachableCause, string> = {
  dns: 'its name could not be resolved',
  addressNotAllowed: 'its name resolves to addresses that may not be called',
  icmp: 'its network said that nobody is there',
  transport: 'nothing could be sent to it',
  notRegisteredThere: 'the PBX is not registered there',
};

const NO_RESPONSE: Record<Extract<AttemptOutcome, { kind: 'noResponse' }>['cause'], string> = {
  silent: 'nothing came back in time',
  noProgress: 'it was trying, but neither rang nor answered in time',
  noAnswer: 'it rang, but nobody answered in time',
};

const CANCELLED: Record<CancelCause | 'byCaller', string> = {
  byCaller: 'the caller hung up',
  answeredElsewhere: 'given up: a target that was tried before had answered after all',
  trunkServerStopped: 'the trunk server was stopped',
};

/** What became of an attempt. */
export function outcomeInWords(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return 'answered';
    case 'rejected':
      return `rejected with ${outcome.status}`;
    case 'unreachable':
      return `unreachable: ${UNREACHABLE[outcome.cause]}`;
    case 'noResponse':
      return `no response: ${NO_RESPONSE[outcome.cause]}`;
    case 'cancelled':
      return CANCELLED[outcome.cause ?? 'byCaller'];
    case 'skipped':
      return `skipped: ${skipInWords(outcome.cause)}`;
    default:
      return assertNever(outcome);
  }
}

function targetInWords(target: AttemptTarget, trunkServer: string, bindings: number): string {
  switch (target.kind) {
    case 'bindings':
      return `Ring the PBX as it is registered at ${trunkServer} (${bindings} ${bindings === 1 ? 'binding' : 'bindings'})`;
    case 'trunkServer':
      return `Hand the call to ${target.trunkServer}, which tries its own bindings`;
    case 'address':
      return `Call ${formatPbxAddress(target.address)}`;
    case 'number':
      return `Dial ${target.number} over ${target.gateways.length} ${target.gateways.length === 1 ? 'gateway' : 'gateways'}`;
    default:
      return assertNever(target);
  }
}

/** A planned attempt as one sentence. */
export function attemptInWords(attempt: PlannedAttempt, trunkServer: string, bindings: number): string {
  const target = targetInWords(attempt.target, trunkServer, bindings);
  const skipped = attempt.skip === undefined ? '' : ` Skipped: ${skipInWords(attempt.skip)}.`;
  return `${target}: ${reasonInWords(attempt.reason)}.${skipped}`;
}

const PLAN_FAILURE = {
  notRunning: 'the trunk server is not running',
  noAnswer: 'the trunk server did not answer within 1 s',
  didUnknown: 'the trunk server does not know the DID yet',
} as const;

/** Why a trunk server gave no plan. */
export function planFailureInWords(failure: keyof typeof PLAN_FAILURE): string {
  return PLAN_FAILURE[failure];
}
