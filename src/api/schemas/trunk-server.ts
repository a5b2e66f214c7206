import { z } from 'zod';
import type { TrunkServerView } from '../../control/views.ts';
import { optionalTime, time } from './common.ts';

export const trunkServer = z
  .strictObject({
    name: z.string(),
    address: z.string(),
    port: z.int(),
    state: z.enum(['running', 'starting', 'down']),
    reason: z.string().nullable().meta({ description: 'Why it is down.' }),
    revision: z.int().nullable().meta({ description: 'The revision that it routes by.' }),
    health: z
      .strictObject({
        at: time.nullable(),
        bindings: z.int(),
        callsInProgress: z.int(),
        transactions: z.int(),
        timers: z.int(),
        calls: z.int(),
        datagramsIn: z.int(),
        datagramsOut: z.int(),
        discarded: z.int(),
        recordsLost: z.int(),
      })
      .nullable()
      .meta({
        description: 'Its last report, at most a second old while it runs. Counters since its start.',
      }),
  })
  .meta({ id: 'TrunkServer' });

export const trunkServerList = z.strictObject({ entries: z.array(trunkServer) });

export function toTrunkServer(view: TrunkServerView): z.output<typeof trunkServer> {
  const { health } = view;
  return {
    name: view.id,
    address: view.address,
    port: view.port,
    state: view.state,
    reason: view.reason ?? null,
    revision: view.revision ?? null,
    health:
      health === undefined
        ? null
        : {
            at: optionalTime(view.healthAt),
            bindings: health.bindings,
            callsInProgress: health.callsInProgress,
            transactions: health.transactions,
            timers: health.timers,
            calls: health.calls,
            datagramsIn: health.datagramsIn,
            datagramsOut: health.datagramsOut,
            discarded: health.discarded,
            recordsLost: health.recordsLost,
          },
  };
}
