import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { FailoverChanged, FailoverOwner } from '../../control/views.ts';
import { accountId } from '../../domain/ids.ts';
import { ownAccount } from '../audience.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { askingOf, editHeaders, readHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import { didParams } from '../schemas/did.ts';
import {
  failoverAnswer,
  failoverChanged,
  failoverInput,
  toFailover,
  toFailoverAnswer,
  toFailoverInput,
} from '../schemas/failover.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Failover'];

/** One place that has failover settings: where it is on the API, and whose they are. */
interface Place<P extends z.ZodType> {
  readonly url: string;
  /** Ends the operation ids. */
  readonly name: string;
  /** For the summaries. */
  readonly what: string;
  readonly audience: 'account' | 'both';
  /** What a call gets is just these settings. */
  readonly tagIsWhole: boolean;
  readonly params: P;
  readonly owner: (params: z.output<P>, request: FastifyRequest) => FailoverOwner;
}

export function failoverRoutes(app: FastifyInstance, control: ControlPlane): void {
  place(app, control, {
    url: '/accounts/:id/failover',
    name: 'AccountFailover',
    what: 'the global failover settings of an account',
    audience: 'both',
    tagIsWhole: true,
    params: accountParams,
    owner: ({ id }) => ({ kind: 'account', account: accountId(id) }),
  });
  place(app, control, {
    url: '/account/failover',
    name: 'OwnFailover',
    what: 'the global failover settings of the own account',
    audience: 'account',
    tagIsWhole: true,
    params: z.strictObject({}),
    owner: (_params, request) => ({ kind: 'account', account: ownAccount(request) }),
  });
  place(app, control, {
    url: '/dids/:number/failover',
    name: 'DidFailover',
    what: 'the failover settings of a DID',
    audience: 'both',
    tagIsWhole: false,
    params: didParams,
    owner: ({ number }) => ({ kind: 'did', number }),
  });
}

const changed = (reply: FastifyReply) => (change: Changed<FailoverChanged>) => {
  const { before, after } = change.value;
  setTag(reply, { kind: 'failover', view: { failover: after, effective: {} } });
  return { ...toChangeFields(change), before: toFailover(before), after: toFailover(after) };
};

function place<P extends z.ZodType>(app: FastifyInstance, control: ControlPlane, at: Place<P>): void {
  const api = typed(app);
  const { url, name, what, params } = at;
  const ownerOf = (request: FastifyRequest) => at.owner(params.parse(request.params), request);
  api.get(
    url,
    {
      config: { audience: at.audience, forFailover: true, ...(at.tagIsWhole ? { tagIsWhole: true } : {}) },
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `Read ${what}`,
        headers: readHeaders,
        params,
        response: { 200: failoverAnswer, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).failover(scopeOf(request), ownerOf(request)), (view) => {
        setTag(reply, { kind: 'failover', view });
        return toFailoverAnswer(view);
      }),
  );
  api.put(
    url,
    {
      config: { audience: at.audience, forFailover: true },
      schema: {
        tags,
        operationId: `put${name}`,
        summary: `Replace ${what}`,
        headers: editHeaders,
        params,
        body: failoverInput,
        response: { 200: failoverChanged, ...stale(failoverAnswer), ...problems },
      },
    },
    (request, reply) => {
      const input = toFailoverInput(request.body);
      return answer(
        reply,
        askingOf(request, control).putFailover(scopeOf(request), ownerOf(request), input),
        changed(reply),
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
        headers: editHeaders,
        params,
        response: { 200: failoverChanged, ...stale(failoverAnswer), ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).deleteFailover(scopeOf(request), ownerOf(request)),
        changed(reply),
      ),
  );
}
