import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { accountId } from '../../domain/ids.ts';
import { scopeOf } from '../authenticate.ts';
import { askingOf } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import {
  auditEntry,
  auditPage,
  auditParams,
  auditQuery,
  auditUndone,
  toAuditEntry,
  toUndone,
} from '../schemas/audit.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Audit log'];

const millis = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

export function auditRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/audit',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'listAudit',
        summary: 'Who changed what, from what to what, when and from where; the newest first',
        querystring: auditQuery,
        response: { 200: auditPage, ...problems },
      },
    },
    (request, reply) => {
      const { account, from, until, after, limit, ...filter } = request.query;
      const wanted = {
        ...filter,
        account: account === undefined ? undefined : accountId(account),
        from: millis(from),
        until: millis(until),
      };
      return answer(
        reply,
        askingOf(request, control).audit(scopeOf(request), wanted, { after, limit }),
        ({ entries, next }) => ({
          entries: entries.map(toAuditEntry),
          next: next === undefined ? null : String(next),
        }),
      );
    },
  );
  api.get(
    '/audit/:entry',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'getAuditEntry',
        summary: 'One entry of the audit log, with everything that it changed',
        params: auditParams,
        response: { 200: auditEntry, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).auditEntry(scopeOf(request), request.params.entry),
        toAuditEntry,
      ),
  );
  api.post(
    '/audit/:entry/undo',
    {
      config: { audience: 'both', once: true },
      schema: {
        tags,
        operationId: 'undoAuditEntry',
        summary: 'Put back what was before an entry, all of it or nothing, as a change of its own',
        description:
          'Answers 409 and names what differs where something is no longer what the entry made of it, or says why it cannot be undone; 422 where what was before may not be set any more.',
        params: auditParams,
        response: { 200: auditUndone, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, askingOf(request, control).undo(scopeOf(request), request.params.entry), toUndone),
  );
}
