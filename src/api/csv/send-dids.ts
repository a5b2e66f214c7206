import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { E164 } from '../../domain/phone-number.ts';
import { scopeOf } from '../authenticate.ts';
import { answer } from '../route.ts';
import { type didsQuery, toDidPage, toDidPageRequest } from '../schemas/did.ts';
import { toDidFilter } from '../schemas/failover.ts';
import { didHeader, didRow } from './did-csv.ts';
import { sendCsv, wantsCsv } from './write-csv.ts';

/** A page of DIDs, or all that match as a file. */
export async function sendDids(
  request: FastifyRequest,
  reply: FastifyReply,
  asking: ControlPlane,
  { after, limit, order, ...rest }: z.output<typeof didsQuery>,
) {
  const scope = scopeOf(request);
  const filter = toDidFilter(rest);
  reply.header('vary', 'accept');
  if (!wantsCsv(request)) {
    return await answer(
      reply,
      asking.dids(scope, filter, toDidPageRequest({ after, limit, order })),
      toDidPage,
    );
  }
  const ofAll = scope.kind === 'operator' && filter.account === undefined;
  return await sendCsv<E164>(reply, 'dids.csv', didHeader(ofAll), async (behind) => {
    const part = await asking.exportDids(scope, filter, behind);
    if (!part.ok) return part;
    const rows = part.value.entries.map((did) => didRow(did, ofAll, asking));
    return { ok: true, value: { rows, next: part.value.next } };
  });
}
