import { z } from 'zod';
import type { RevisionView } from '../../control/views.ts';
import { optionalTime, time, toTime } from './common.ts';

export const revisionParams = z.strictObject({
  n: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});

export const revisionAnswer = z
  .strictObject({
    revision: z.int(),
    at: time.meta({ description: 'When the change was made.' }),
    newest: z.int().meta({ description: 'The newest revision of all.' }),
    active: z.boolean().meta({ description: 'Whether every trunk server routes by it.' }),
    trunkServers: z.array(
      z.strictObject({
        trunkServer: z.string(),
        routingBy: z.int().nullable().meta({ description: 'What it routes by now; null: not running.' }),
        since: time
          .nullable()
          .meta({ description: 'Since when it routes by this revision or a newer one; null: not yet.' }),
        lags: z
          .boolean()
          .meta({ description: 'It does not route yet by some revision that is older than 1 s.' }),
      }),
    ),
  })
  .meta({ id: 'Revision' });

export function toRevision(view: RevisionView): z.output<typeof revisionAnswer> {
  return {
    revision: view.revision,
    at: toTime(view.at),
    newest: view.newest,
    active: view.trunkServers.every((at) => at.since !== undefined),
    trunkServers: view.trunkServers.map((at) => ({
      trunkServer: at.trunkServer,
      routingBy: at.routingBy ?? null,
      since: optionalTime(at.since),
      lags: at.lags,
    })),
  };
}
