import { z } from 'zod';
import { hostText } from '../../base/flow.ts';
import type { RegistrationView } from '../../control/views.ts';
import type { Binding } from '../../domain/binding.ts';
import { accountIdText, pageAfter, pageLimit, pageOf, time, toTime } from './common.ts';

export const registrationQuery = z.strictObject({
  account: accountIdText.optional(),
  after: pageAfter,
  limit: pageLimit,
});

export const binding = z
  .strictObject({
    contact: z.string().meta({ description: 'The Contact URI as the PBX gave it.' }),
    q: z.number(),
    from: z.string().meta({ description: 'Where the REGISTER came from: transport, address and port.' }),
    userAgent: z.string(),
    behindNat: z.boolean(),
    registeredAt: time,
    expiresAt: time,
  })
  .meta({ id: 'Binding' });

export const registration = z
  .strictObject({
    trunkGroup: z.string(),
    account: z.string(),
    username: z.string(),
    trunkServers: z.array(z.strictObject({ trunkServer: z.string(), bindings: z.array(binding) })),
    warning: z
      .strictObject({
        kind: z.enum(['notRegistered', 'someTrunkServers', 'suspended']),
        text: z.string(),
        reason: z.string(),
        remedy: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Registration' });

export const registrationPage = pageOf(registration);

export function toBinding(value: Binding): z.output<typeof binding> {
  const { transport, address, port } = value.source;
  return {
    contact: value.contact,
    q: value.q / 1_000,
    from: `${transport} ${hostText(address)}:${port}`,
    userAgent: value.userAgent,
    behindNat: value.behindNat,
    registeredAt: toTime(value.registeredAt),
    expiresAt: toTime(value.expiresAt),
  };
}

export function toRegistration(view: RegistrationView): z.output<typeof registration> {
  return {
    trunkGroup: view.trunkGroup,
    account: view.account,
    username: view.username,
    trunkServers: view.trunkServers.map((at) => ({
      trunkServer: at.trunkServer,
      bindings: at.bindings.map(toBinding),
    })),
    warning: view.warning ?? null,
  };
}
