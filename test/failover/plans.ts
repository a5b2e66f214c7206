import type { DeliveryPlan, PlannedAttempt, SkipCause } from '../../src/domain/delivery.ts';
import {
  DEFAULT_TIMINGS,
  type DeliveryTimings,
  type TriggerPreset,
} from '../../src/domain/delivery-settings.ts';
import { gatewayId, trunkGroupId, trunkServerId } from '../../src/domain/ids.ts';
import { parseE164 } from '../../src/domain/phone-number.ts';
import { type Hunt, startHunt } from '../../src/failover/hunt.ts';
import { type NextStep, nextAttempt, type TargetResult } from '../../src/failover/next-attempt.ts';
import type { FailoverRules } from '../../src/failover/triggers.ts';

function skipping(attempt: PlannedAttempt, skip: SkipCause | undefined): PlannedAttempt {
  return skip === undefined ? attempt : { ...attempt, skip };
}

export function pbx(skip?: SkipCause): PlannedAttempt {
  const target = { kind: 'bindings', trunkGroup: trunkGroupId('office') } as const;
  return skipping({ reason: { kind: 'registered' }, target }, skip);
}

export function other(skip?: SkipCause): PlannedAttempt {
  const target = { kind: 'trunkServer', trunkServer: trunkServerId('trunk2') } as const;
  return skipping({ reason: { kind: 'otherTrunkServer', why: 'sharedRegistrations' }, target }, skip);
}

export function backup(skip?: SkipCause): PlannedAttempt {
  const address = { host: { kind: 'name', name: 'backup.example.com' } } as const;
  return skipping({ reason: { kind: 'backup', source: 'did' }, target: { kind: 'address', address } }, skip);
}

export function number(skip?: SkipCause): PlannedAttempt {
  const number = parseE164('+12125550101');
  if (number === undefined) throw new Error('not a number');
  const target = { kind: 'number', number, gateways: [gatewayId('gw1'), gatewayId('gw2')] } as const;
  return skipping({ reason: { kind: 'number', source: 'did' }, target }, skip);
}

export function rules(
  preset: TriggerPreset = 'unreachable',
  timings: Partial<DeliveryTimings> = {},
): FailoverRules {
  return {
    triggers: { preset, add: [], remove: [] },
    noAnswerFailover: false,
    timings: { ...DEFAULT_TIMINGS, ...timings },
  };
}

export function plan(...attempts: readonly PlannedAttempt[]): DeliveryPlan {
  return { attempts };
}

export const SILENT: TargetResult = {
  outcome: { kind: 'noResponse', cause: 'silent' },
  ringingAt: undefined,
};
export const REFUSED: TargetResult = {
  outcome: { kind: 'unreachable', cause: 'icmp' },
  ringingAt: undefined,
};
export const NO_DNS: TargetResult = { outcome: { kind: 'unreachable', cause: 'dns' }, ringingAt: undefined };
export const ANSWERED: TargetResult = { outcome: { kind: 'answered' }, ringingAt: 1 };
export const CANCELLED: TargetResult = { outcome: { kind: 'cancelled' }, ringingAt: undefined };

export function rejected(status: number, ringingAt?: number): TargetResult {
  return { outcome: { kind: 'rejected', status }, ringingAt };
}

export function noAnswer(ringingAt: number): TargetResult {
  return { outcome: { kind: 'noResponse', cause: 'noAnswer' }, ringingAt };
}

/** A hunt that has begun, with its first step. */
export function begin(delivery: DeliveryPlan, by: FailoverRules = rules()): { hunt: Hunt; first: NextStep } {
  const hunt = startHunt(delivery, by, 0);
  return { hunt, first: nextAttempt(hunt, undefined, false, 0) };
}

export function attempt(index: number, ...passedOver: readonly (readonly [number, SkipCause])[]): NextStep {
  return { kind: 'attempt', index, passedOver: passedOver.map(([at, cause]) => ({ index: at, cause })) };
}

export function giveUp(
  answer: 'nothingReachable' | 'bestResponse',
  ...passedOver: readonly (readonly [number, SkipCause])[]
): NextStep {
  return { kind: 'giveUp', answer, passedOver: passedOver.map(([at, cause]) => ({ index: at, cause })) };
}
