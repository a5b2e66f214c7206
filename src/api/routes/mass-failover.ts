import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { MassFailover } from '../../control/views.ts';
import { accountId } from '../../domain/ids.ts';
import { scopeOf } from '../authenticate.ts';
import { dryRunQuery, jsonOrCsv } from '../csv/body.ts';
import { readDidCsv } from '../csv/did-csv.ts';
import { askingOf, editHeaders, setTag } from '../entity-tags.ts';
import { RequestRefused } from '../request-problems.ts';
import { answer, typed } from '../route.ts';
import { accountIdText, toChangeFields } from '../schemas/common.ts';
import { didImportPreview, didsImported, toImported, toImportPreview } from '../schemas/did.ts';
import {
  eachFailoverChanged,
  eachFailoverInput,
  massFailoverChanged,
  massFailoverInput,
  massFailoverPreview,
  toDidFilter,
  toFailover,
  toFailoverInput,
  toMassPreview,
} from '../schemas/failover.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Failover'];

const query = dryRunQuery.extend({
  account: accountIdText
    .optional()
    .meta({ description: 'Only for a file: its DIDs must all be of this account.' }),
});

/** Failover settings of many DIDs: the same for all, each its own, or as a file says. */
export function massFailoverRoutes(app: FastifyInstance, control: ControlPlane): void {
  typed(app).post(
    '/dids/failover',
    {
      config: { audience: 'both', forFailover: true, once: true },
      schema: {
        tags,
        operationId: 'massFailover',
        summary:
          'Set or clear the failover settings of many DIDs, all or nothing, also from a file; or see what that would change',
        headers: editHeaders,
        querystring: query,
        body: jsonOrCsv(massFailoverInput),
        response: {
          200: z.union([massFailoverChanged, massFailoverPreview, didsImported, didImportPreview]),
          ...stale(z.union([massFailoverPreview, didImportPreview])),
          ...problems,
        },
      },
    },
    (request, reply) => {
      const { body } = request;
      const dryRun = request.query.dryRun === 'true';
      if (typeof body === 'string')
        return importFile(request, reply, control, { ...request.query, body, dryRun });
      const { dids, filter, failover } = body;
      const input: MassFailover = {
        dids,
        filter: filter === undefined ? undefined : toDidFilter(filter),
        failover: failover === null ? null : toFailoverInput(failover),
      };
      if (dryRun || body.dryRun === true) {
        const preview = askingOf(request, control).previewMassFailover(scopeOf(request), input);
        return answer(reply, preview, (view) => {
          setTag(reply, { kind: 'massFailover', view });
          return toMassPreview(view);
        });
      }
      const done = askingOf(request, control).massFailover(scopeOf(request), input);
      return answer(reply, done, (change) => {
        const { dids: count, failover: after, state } = change.value;
        setTag(reply, { kind: 'massFailover', view: { changes: [], unchanged: count, state } });
        return { ...toChangeFields(change), dids: count, failover: toFailover(after) };
      });
    },
  );
  typed(app).put(
    '/dids/failover',
    {
      config: { audience: 'both', forFailover: true, once: true },
      schema: {
        tags,
        operationId: 'eachFailover',
        summary: 'Replace or clear the failover settings of many DIDs, to each its own; all or nothing',
        headers: editHeaders,
        body: eachFailoverInput,
        response: { 200: eachFailoverChanged, ...stale(massFailoverPreview), ...problems },
      },
    },
    (request, reply) => {
      const changes = request.body.changes.map(({ did, failover }) => ({
        did,
        failover: failover === null ? null : toFailoverInput(failover),
      }));
      const done = askingOf(request, control).eachFailover(scopeOf(request), { changes });
      return answer(reply, done, (change) => {
        const { state } = change.value;
        setTag(reply, { kind: 'massFailover', view: { changes: [], unchanged: state.length, state } });
        return {
          ...toChangeFields(change),
          changes: change.value.changes.map(({ did, before, after }) => ({
            did,
            before: toFailover(before),
            after: toFailover(after),
          })),
        };
      });
    },
  );
}

async function importFile(
  request: FastifyRequest,
  reply: FastifyReply,
  control: ControlPlane,
  { body, account, dryRun }: { body: string; account?: string | undefined; dryRun: boolean },
) {
  const lines = readDidCsv(body, ['failoverNumber', 'backup', 'trunkGroup']);
  if (!lines.ok) throw new RequestRefused(lines.error);
  const input = { lines: lines.value, account: account === undefined ? undefined : accountId(account) };
  if (dryRun) {
    const preview = askingOf(request, control).previewImport(scopeOf(request), input);
    return await answer(reply, preview, (view) => {
      setTag(reply, { kind: 'didImport', view });
      return toImportPreview(view);
    });
  }
  return await answer(reply, askingOf(request, control).importDids(scopeOf(request), input), (change) => {
    setTag(reply, { kind: 'didImport', view: { ...change.value, refused: [] } });
    return { ...toChangeFields(change), ...toImported(change.value) };
  });
}
