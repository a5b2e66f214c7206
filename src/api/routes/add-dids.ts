import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { DidView, NewDids } from '../../control/views.ts';
import { accountId, trunkGroupId } from '../../domain/ids.ts';
import { dryRunQuery, jsonOrCsv } from '../csv/body.ts';
import { readDidCsv } from '../csv/did-csv.ts';
import { askingOf } from '../entity-tags.ts';
import { RequestRefused } from '../request-problems.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import { didAdditionPreview, didsChanged, newDids, toDid } from '../schemas/did.ts';
import { problems, toProblemEntry } from '../schemas/problem.ts';

/** Adding DIDs, many at a time: a list, a range or a file. */
export function addDidsRoute(app: FastifyInstance, control: ControlPlane): void {
  typed(app).post(
    '/accounts/:id/dids',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags: ['Accounts'],
        operationId: 'addDids',
        summary:
          'Add DIDs to an account, all or nothing: a list, a range or a file; or see what would be added',
        params: accountParams,
        querystring: dryRunQuery,
        body: jsonOrCsv(newDids),
        response: { 200: didAdditionPreview, 201: didsChanged, ...problems },
      },
    },
    (request, reply) => {
      const asking = askingOf(request, control);
      const account = accountId(request.params.id);
      const { input, dryRun } = additionsIn(request.body);
      if (dryRun || request.query.dryRun === 'true') {
        return answer(reply, asking.previewAdditions(account, input), ({ dids, warnings, refused }) => ({
          dids: dids.map(toDid),
          warnings: warnings.map(toProblemEntry),
          refused: refused.map(toProblemEntry),
        }));
      }
      return answer(
        reply.code(201),
        asking.addDids(account, input),
        (change: Changed<readonly DidView[]>) => ({
          ...toChangeFields(change),
          dids: change.value.map(toDid),
        }),
      );
    },
  );
}

function additionsIn(body: string | z.output<typeof newDids>): { input: NewDids; dryRun: boolean } {
  if (typeof body === 'string') {
    const lines = readDidCsv(body, []);
    if (!lines.ok) throw new RequestRefused(lines.error);
    return { input: { lines: lines.value }, dryRun: false };
  }
  const { numbers, range, trunkGroup, dryRun = false } = body;
  const group = trunkGroup === undefined ? undefined : trunkGroupId(trunkGroup);
  return { input: { numbers, range, trunkGroup: group }, dryRun };
}
