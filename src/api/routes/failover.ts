import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { FailoverChanged, FailoverOwner } from '../../control/views.ts';
import { accountId } from '../../domain/ids.ts';
import { ownAccount } from '../audience.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import { didParams } from '../schemas/did.ts';
import {
  eachFailoverChanged,
  eachFailoverInput,
  failoverAnswer,
  failoverChanged,
  failoverInput,
  massFailoverChanged,
  massFailoverInput,
  massFailoverPreview,
  toDidFilter,
  toFailover,
  toFailoverAnswer,
  toFailoverInput,
} from '../schemas/failover.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Failover'];

/** One place that has failover settings: where it is on the API, and whose they are. */
interface Place<P extends z.ZodType> {
  readonly url: string;
  /** Ends the operation ids. */
  readonly name: string;
  /** For the summaries. */
  readonly what: string;
  readonly audience: 'account' | 'both';
  readonly params: P;
  readonly owner: (params: z.output<P>, request: FastifyRequest) => FailoverOwner;
}

export function failoverRoutes(app: FastifyInstance, control: ControlPlane): void {
  place(app, control, {
    url: '/accounts/:id/failover',
    name: 'AccountFailover',
    what: 'the global failover settings of an account',
    audience: 'both',
    params: accountParams,
    owner: ({ id }) => ({ kind: 'account', account: accountId(id) }),
  });
  place(app, control, {
    url: '/account/failover',
    name: 'OwnFailover',
    what: 'the global failover settings of the own account',
    audience: 'account',
    params: z.strictObject({}),
    owner: (_params, request) => ({ kind: 'account', account: ownAccount(request) }),
  });
  place(app, control, {
    url: '/dids/:number/failover',
    name: 'DidFailover',
    what: 'the failover settings of a DID',
    audience: 'both',
    params: didParams,
    owner: ({ number }) => ({ kind: 'did', number }),
  });
  typed(app).post(
    '/dids/failover',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags,
        operationId: 'massFailover',
        summary:
          'Set or clear the failover settings of many DIDs, all or nothing; or see what that would change',
        body: massFailoverInput,
        response: { 200: z.union([massFailoverChanged, massFailoverPreview]), ...problems },
      },
    },
    (request, reply) => {
      const { dids, filter, failover, dryRun } = request.body;
      const input = {
        dids,
        filter: filter === undefined ? undefined : toDidFilter(filter),
        failover: failover === null ? null : toFailoverInput(failover),
      };
      if (dryRun === true) {
        const preview = control.as(askerOf(request)).previewMassFailover(scopeOf(request), input);
        return answer(reply, preview, ({ changes, after, unchanged }) => ({
          changes: changes.map(({ did, before }) => ({
            did,
            before: toFailover(before),
            after: toFailover(after),
          })),
          unchanged,
        }));
      }
      return answer(reply, control.as(askerOf(request)).massFailover(scopeOf(request), input), (change) => ({
        ...toChangeFields(change),
        dids: change.value.dids,
        failover: toFailover(change.value.failover),
      }));
    },
  );
  typed(app).put(
    '/dids/failover',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags,
        operationId: 'eachFailover',
        summary: 'Replace or clear the failover settings of many DIDs, to each its own; all or nothing',
        body: eachFailoverInput,
        response: { 200: eachFailoverChanged, ...problems },
      },
    },
    (request, reply) => {
      const changes = request.body.changes.map(({ did, failover }) => ({
        did,
        failover: failover === null ? null : toFailoverInput(failover),
      }));
      const done = control.as(askerOf(request)).eachFailover(scopeOf(request), { changes });
      return answer(reply, done, (change) => ({
        ...toChangeFields(change),
        changes: change.value.changes.map(({ did, before, after }) => ({
          did,
          before: toFailover(before),
          after: toFailover(after),
        })),
      }));
    },
  );
}

const changed = (change: Changed<FailoverChanged>) => ({
  ...toChangeFields(change),
  before: toFailover(change.value.before),
  after: toFailover(change.value.after),
});

function place<P extends z.ZodType>(app: FastifyInstance, control: ControlPlane, at: Place<P>): void {
  const api = typed(app);
  const { url, name, what, params } = at;
  const ownerOf = (request: FastifyRequest) => at.owner(params.parse(request.params), request);
  api.get(
    url,
    {
      config: { audience: at.audience, forFailover: true },
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `Read ${what}`,
        params,
        response: { 200: failoverAnswer, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        control.as(askerOf(request)).failover(scopeOf(request), ownerOf(request)),
        toFailoverAnswer,
      ),
  );
  api.put(
    url,
    {
      config: { audience: at.audience, forFailover: true },
      schema: {
        tags,
        operationId: `put${name}`,
        summary: `Replace ${what}`,
        params,
        body: failoverInput,
        response: { 200: failoverChanged, ...problems },
      },
    },
    (request, reply) => {
      const input = toFailoverInput(request.body);
      return answer(
        reply,
        control.as(askerOf(request)).putFailover(scopeOf(request), ownerOf(request), input),
        changed,
      );
    },
  );
  api.delete(
    url,
    {
      config: { audience: at.audience, forFailover: true },
      schema: {
        tags,
        operationId: `delete${name}`,
        summary: `Clear ${what}`,
        params,
        response: { 200: failoverChanged, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).deleteFailover(scopeOf(request), ownerOf(request)), changed),
  );
}
