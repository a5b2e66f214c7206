import { z } from 'zod';
import type { TrunkServerView } from '../../control/views.ts';
import { optionalTime, time, toTime } from './common.ts';

export const trunkServer = z
  .strictObject({
    name: z.string(),
    address: z.string(),
    port: z.int(),
    state: z.enum(['running', 'starting', 'down', 'away']).meta({
      description: 'away: it belongs to another process, which has not been heard of for 5 s.',
    }),
    reason: z.string().nullable().meta({ description: 'Why it is down or away.' }),
    revision: z.int().nullable().meta({ description: 'The revision that it routes by.' }),
    lag: z
      .strictObject({
        revision: z.int().meta({ description: 'The oldest revision that it lacks.' }),
        since: time,
      })
      .nullable()
      .meta({ description: 'Not null where it does not route yet by a revision that is older than 1 s.' }),
    health: z
      .strictObject({
        at: time.nullable(),
        bindings: z.int(),
        callsInProgress: z.int(),
        callsUp: z.int().meta({ description: 'Answered and not ended, as far as a BYE has come by.' }),
        loopDelay: z.number().meta({
          description: 'The longest that its thread was busy at a stretch in the last second, in ms.',
        }),
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

export const trunkServerParams = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of a trunk server, such as trunk1'),
});

export const trunkServerRemoved = z.strictObject({ removed: z.string() });

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
    lag: view.lag === undefined ? null : { revision: view.lag.revision, since: toTime(view.lag.since) },
    health:
      health === undefined
        ? null
        : {
            at: optionalTime(view.healthAt),
            bindings: health.bindings,
            callsInProgress: health.callsInProgress,
            callsUp: health.counts.callsUp,
            loopDelay: health.loopDelay,
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
