import { assertNever } from '../base/assert-never.ts';
import type {
  AttemptOutcome,
  AttemptReason,
  CancelCause,
  SettingSource,
  SkipCause,
  UnreachableCause,
} from './delivery.ts';

/** Why an attempt stands on the plan, in plain words. */
export function explainReason(reason: AttemptReason): string {
  switch (reason.kind) {
    case 'registered':
      return 'The PBX registered here.';
    case 'otherTrunkServer':
      return reason.why === 'sharedRegistrations'
        ? 'Shared registrations are on: the PBX may be registered at another trunk server.'
        : 'No failover is set: the PBX may be registered at another trunk server.';
    case 'backup':
      return `The backup PBX that ${whose(reason.source)}.`;
    case 'number':
      return `The failover number that ${whose(reason.source)}.`;
    default:
      return assertNever(reason);
  }
}

/** Why an attempt is not made, in plain words. */
export function explainSkip(cause: SkipCause): string {
  switch (cause) {
    case 'accountSuspended':
      return 'The account is suspended; none of its calls is delivered.';
    case 'notRegistered':
      return 'The PBX is not registered at this trunk server.';
    case 'noSuchTrunkGroup':
      return 'The trunk group that is set as backup no longer exists.';
    case 'sameTrunkGroup':
      return 'The backup is the trunk group of this DID, which has been tried already.';
    case 'forwardedTooOften':
      return 'The call has been forwarded too often before it came here; forwarding it again could make a loop.';
    case 'noHopsLeft':
      return 'The call has passed through as many servers as it may (Max-Forwards).';
    case 'ownDid':
      return 'The failover number is hosted by this service; the call would come straight back.';
    case 'notAllowed':
      return "The operator's policy does not allow this number or address.";
    case 'legCapReached':
      return 'The account has as many failover calls up as it may.';
    case 'noGateway':
      return 'There is no gateway that takes calls to phone numbers.';
    case 'huntBudgetSpent':
      return 'The time or the addresses before the failover number are used up.';
    case 'transportNotSupported':
      return 'This trunk server cannot send there: it is another transport or another address family (IPv4, IPv6).';
    default:
      return assertNever(cause);
  }
}

/** What became of one target, in plain words. */
export function explainOutcome(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return 'Answered.';
    case 'rejected':
      return `Rejected with ${outcome.status}.`;
    case 'unreachable':
      return explainUnreachable(outcome.cause);
    case 'noResponse':
      return explainNoResponse(outcome.cause);
    case 'cancelled':
      return explainCancelled(outcome.cause);
    case 'skipped':
      return `Not tried. ${explainSkip(outcome.cause)}`;
    default:
      return assertNever(outcome);
  }
}

function explainCancelled(cause: CancelCause | undefined): string {
  switch (cause) {
    case undefined:
      return 'The caller hung up.';
    case 'answeredElsewhere':
      return 'Given up, because a target that was tried before had answered after all.';
    case 'trunkServerStopped':
      return 'The trunk server was stopped.';
    default:
      return assertNever(cause);
  }
}

function explainUnreachable(cause: UnreachableCause): string {
  switch (cause) {
    case 'dns':
      return 'Its name could not be resolved.';
    case 'addressNotAllowed':
      return 'Its name leads only to addresses that may not be called.';
    case 'icmp':
      return 'The network reported that nothing is reached at its address.';
    case 'transport':
      return 'The connection failed.';
    case 'notRegisteredThere':
      return 'The PBX is not registered there either.';
    default:
      return assertNever(cause);
  }
}

function explainNoResponse(cause: 'silent' | 'noProgress' | 'noAnswer'): string {
  switch (cause) {
    case 'silent':
      return 'No response at all came in time.';
    case 'noProgress':
      return 'It took the call (100), but then neither rang nor answered in time.';
    case 'noAnswer':
      return 'It rang to the ring limit and nobody answered.';
    default:
      return assertNever(cause);
  }
}

function whose(source: SettingSource): string {
  switch (source) {
    case 'did':
      return 'is set for this DID';
    case 'account':
      return 'is set for the whole account';
    default:
      return assertNever(source);
  }
}
