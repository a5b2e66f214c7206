import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { accountId, callId } from '../../domain/ids.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { call, callPage, callParams, callQuery, toCall } from '../schemas/call.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Calls'];

const millis = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

export function callRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/calls',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'listCalls',
        summary: 'Calls, newest first, each with its attempts',
        querystring: callQuery,
        response: { 200: callPage, ...problems },
      },
    },
    (request, reply) => {
      const { did, account, outcome, from, until, ...page } = request.query;
      const filter = {
        did,
        account: account === undefined ? undefined : accountId(account),
        outcome,
        from: millis(from),
        until: millis(until),
      };
      return answer(
        reply,
        control.as(askerOf(request)).calls(scopeOf(request), filter, page),
        ({ entries, next }) => ({
          entries: entries.map(toCall),
          next: next ?? null,
        }),
      );
    },
  );
  api.get(
    '/calls/:id',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'getCall',
        summary: 'One call with every attempt',
        params: callParams,
        response: { 200: call, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).call(scopeOf(request), callId(request.params.id)), toCall),
  );
}
