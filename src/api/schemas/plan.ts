import { z } from 'zod';
import { assertNever } from '../../base/assert-never.ts';
import type { PlanView } from '../../control/views.ts';
import type { AttemptReason, AttemptTarget, PlannedAttempt } from '../../domain/delivery.ts';
import { formatPbxAddress } from '../../domain/pbx-address.ts';
import { attemptInWords, planFailureInWords, reasonInWords, skipInWords } from '../words.ts';
import { e164 } from './common.ts';
import { binding, toBinding } from './registration.ts';

/** Why an attempt is on a plan or in a call record. */
export const reason = z.strictObject({
  kind: z.enum(['registered', 'otherTrunkServer', 'backup', 'number']),
  source: z.enum(['did', 'account']).nullable().meta({ description: 'Whose failover setting it is.' }),
  why: z
    .enum(['noFailoverSettings', 'sharedRegistrations'])
    .nullable()
    .meta({ description: 'Why the call is handed to another trunk server.' }),
  text: z.string().meta({ description: 'The same in words.' }),
});

const target = z.strictObject({
  kind: z.enum(['bindings', 'trunkServer', 'address', 'number']),
  trunkGroup: z.string().optional(),
  trunkServer: z.string().optional(),
  address: z.string().optional(),
  number: e164.optional(),
  gateways: z.array(z.string()).optional().meta({ description: 'Gateway ids, in the order of trying.' }),
});

export const plan = z
  .strictObject({
    number: e164,
    account: z.string(),
    trunkServers: z
      .array(
        z.strictObject({
          trunkServer: z.string(),
          failure: z
            .strictObject({ kind: z.enum(['notRunning', 'noAnswer', 'didUnknown']), text: z.string() })
            .nullable()
            .meta({ description: 'Why there is no plan of this trunk server.' }),
          revision: z.int().nullable(),
          attempts: z.array(
            z.strictObject({
              reason,
              target,
              skipped: z
                .strictObject({ cause: z.string(), text: z.string() })
                .nullable()
                .meta({ description: 'Why the attempt would not be made.' }),
              text: z.string().meta({ description: 'The whole attempt in one sentence.' }),
            }),
          ),
          bindings: z.array(binding),
        }),
      )
      .meta({ description: 'What each trunk server would do with a call that comes to it.' }),
  })
  .meta({ id: 'Plan' });

export function toReason(value: AttemptReason): z.output<typeof reason> {
  return {
    kind: value.kind,
    source: 'source' in value ? value.source : null,
    why: 'why' in value ? value.why : null,
    text: reasonInWords(value),
  };
}

function toTarget(value: AttemptTarget): z.output<typeof target> {
  switch (value.kind) {
    case 'bindings':
      return { kind: value.kind, trunkGroup: value.trunkGroup };
    case 'trunkServer':
      return { kind: value.kind, trunkServer: value.trunkServer };
    case 'address':
      return { kind: value.kind, address: formatPbxAddress(value.address) };
    case 'number':
      return { kind: value.kind, number: value.number, gateways: [...value.gateways] };
    default:
      return assertNever(value);
  }
}

export function toPlan(view: PlanView): z.output<typeof plan> {
  return {
    number: view.number,
    account: view.account,
    trunkServers: view.trunkServers.map(({ trunkServer, answer, failure }) => ({
      trunkServer,
      failure:
        answer !== undefined || failure === undefined
          ? null
          : { kind: failure, text: planFailureInWords(failure) },
      revision: answer?.revision ?? null,
      attempts: (answer?.plan.attempts ?? []).map((attempt: PlannedAttempt) => ({
        reason: toReason(attempt.reason),
        target: toTarget(attempt.target),
        skipped: attempt.skip === undefined ? null : { cause: attempt.skip, text: skipInWords(attempt.skip) },
        text: attemptInWords(attempt, trunkServer, answer?.bindings.length ?? 0),
      })),
      bindings: (answer?.bindings ?? []).map(toBinding),
    })),
  };
}
