import type { AttemptReason, DeliveryPlan, PlannedAttempt, SkipCause } from '../domain/delivery.ts';
import type { Backup } from '../domain/failover-settings.ts';
import type { GatewayId, TrunkGroupId, TrunkServerId } from '../domain/ids.ts';
import type { E164 } from '../domain/phone-number.ts';
import { type EffectiveFailover, hasFailover } from './effective-settings.ts';

/** What a trunk server knows when a call arrives; everything that the plan depends on. */
export interface DeliveryFacts {
  /** The account is suspended: nothing is tried. */
  readonly suspended: boolean;
  /** The DID's trunk group. */
  readonly trunkGroup: TrunkGroupId;
  /** That group has a binding at this trunk server. */
  readonly registeredHere: boolean;
  /** Another trunk server has handed this call over to us. */
  readonly handedOver: boolean;
  /** From `effectiveFailover`. */
  readonly failover: EffectiveFailover;
  /** Switched on by the operator or by the account. */
  readonly sharedRegistrations: boolean;
  /** In the order in which the call is handed over. */
  readonly otherTrunkServers: readonly TrunkServerId[];
  /** Of a backup that is a trunk group; of no account where there is no such backup. */
  readonly backupGroup: 'registered' | 'notRegistered' | 'gone';
  /** False where the operator's policy refuses the backup's address. A name is judged when it is resolved. */
  readonly backupAllowed: boolean;
  /** This trunk server can send over the transport, and to the address family, that the backup's address asks for. */
  readonly backupTransportSupported: boolean;
  /** Those that take calls, in the order of `orderGateways`. */
  readonly gateways: readonly GatewayId[];
  /** The failover number is a DID of this service. */
  readonly numberIsOwnDid: boolean;
  /** The operator's policy, as it is now, allows the failover number. */
  readonly numberAllowed: boolean;
  /** How often the call was forwarded before it came to us (Diversion, RFC 5806; History-Info, RFC 7044). */
  readonly diversionCount: number;
  /** From this count on it is not forwarded again. */
  readonly maxDiversions: number;
  /** Max-Forwards of the INVITE as received; 0 is answered with 483 before there is a plan (RFC 3261 16.3). */
  readonly maxForwards: number;
  /** Failover legs of the account that are up. */
  readonly legsUp: number;
  readonly legCap: number;
}

const REGISTERED: AttemptReason = { kind: 'registered' };
const NO_FAILOVER_SETTINGS: AttemptReason = { kind: 'otherTrunkServer', why: 'noFailoverSettings' };
const SHARED_REGISTRATIONS: AttemptReason = { kind: 'otherTrunkServer', why: 'sharedRegistrations' };

/** Lays down the attempts for one call (design, section 2). An attempt that is known to be in vain stays, with its cause. */
export function planDelivery(facts: DeliveryFacts): DeliveryPlan {
  const attempts = attemptsOf(facts);
  if (!facts.suspended) return { attempts };
  return { attempts: attempts.map(({ reason, target }) => planned(reason, target, 'accountSuspended')) };
}

function attemptsOf(facts: DeliveryFacts): readonly PlannedAttempt[] {
  const attempts: PlannedAttempt[] = [
    planned(REGISTERED, { kind: 'bindings', trunkGroup: facts.trunkGroup }, skipRegistered(facts)),
  ];
  // Whoever hands a call over goes on with it; two trunk servers that both did would call everything twice.
  if (facts.handedOver) return attempts;
  const { backup, backupSource, number, numberSource } = facts.failover;
  if (!hasFailover(facts.failover)) addOtherTrunkServers(attempts, facts, NO_FAILOVER_SETTINGS);
  else if (facts.sharedRegistrations) addOtherTrunkServers(attempts, facts, SHARED_REGISTRATIONS);
  if (backup !== undefined) {
    attempts.push(plannedBackup(backup, { kind: 'backup', source: backupSource }, facts));
  }
  if (number !== undefined) {
    attempts.push(plannedNumber(number, { kind: 'number', source: numberSource }, facts));
  }
  return attempts;
}

function planned(
  reason: AttemptReason,
  target: PlannedAttempt['target'],
  skip: SkipCause | undefined,
): PlannedAttempt {
  return skip === undefined ? { reason, target } : { reason, target, skip };
}

function addOtherTrunkServers(attempts: PlannedAttempt[], facts: DeliveryFacts, reason: AttemptReason): void {
  const skip = skipForwarding(facts);
  for (const trunkServer of facts.otherTrunkServers) {
    attempts.push(planned(reason, { kind: 'trunkServer', trunkServer }, skip));
  }
}

function plannedBackup(backup: Backup, reason: AttemptReason, facts: DeliveryFacts): PlannedAttempt {
  if (backup.kind === 'address') {
    return planned(reason, { kind: 'address', address: backup.address }, skipBackupAddress(facts));
  }
  const { trunkGroup } = backup;
  return planned(reason, { kind: 'bindings', trunkGroup }, skipBackupGroup(trunkGroup, facts));
}

function plannedNumber(number: E164, reason: AttemptReason, facts: DeliveryFacts): PlannedAttempt {
  return planned(reason, { kind: 'number', number, gateways: facts.gateways }, skipNumber(facts));
}

function skipRegistered(facts: DeliveryFacts): SkipCause | undefined {
  if (facts.maxForwards < 1) return 'noHopsLeft';
  return facts.registeredHere ? undefined : 'notRegistered';
}

function skipBackupAddress(facts: DeliveryFacts): SkipCause | undefined {
  if (facts.maxForwards < 1) return 'noHopsLeft';
  if (!facts.backupAllowed) return 'notAllowed';
  return facts.backupTransportSupported ? undefined : 'transportNotSupported';
}

function skipBackupGroup(trunkGroup: TrunkGroupId, facts: DeliveryFacts): SkipCause | undefined {
  if (facts.maxForwards < 1) return 'noHopsLeft';
  if (trunkGroup === facts.trunkGroup) return 'sameTrunkGroup';
  switch (facts.backupGroup) {
    case 'gone':
      return 'noSuchTrunkGroup';
    case 'notRegistered':
      return 'notRegistered';
    case 'registered':
      return undefined;
  }
}

/** A number may lead back to us, and costs money while it does: here the guards against loops and fraud stand. */
function skipNumber(facts: DeliveryFacts): SkipCause | undefined {
  if (facts.numberIsOwnDid) return 'ownDid';
  if (!facts.numberAllowed) return 'notAllowed';
  if (facts.diversionCount >= facts.maxDiversions) return 'forwardedTooOften';
  const hops = skipForwarding(facts);
  if (hops !== undefined) return hops;
  if (facts.legsUp >= facts.legCap) return 'legCapReached';
  return facts.gateways.length === 0 ? 'noGateway' : undefined;
}

/**
 * A gateway and another trunk server forward the call themselves: what we send them must have a hop left
 * (RFC 3261 16.3), while a PBX, which ends it, may be sent Max-Forwards 0.
 */
function skipForwarding(facts: DeliveryFacts): SkipCause | undefined {
  return facts.maxForwards < 2 ? 'noHopsLeft' : undefined;
}
