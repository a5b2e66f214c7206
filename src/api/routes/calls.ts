import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { CallFilter, Scope } from '../../control/views.ts';
import { accountId, callId } from '../../domain/ids.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { CALL_HEADER, callRow } from '../csv/call-csv.ts';
import { jsonOrFile, sendCsv, wantsCsv } from '../csv/write-csv.ts';
import { refuse } from '../problem.ts';
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
        summary: 'Calls, newest first, each with its attempts, also as a file',
        querystring: callQuery,
        response: { 200: jsonOrFile(callPage), ...problems },
      },
    },
    async (request, reply) => {
      const { did, account, outcome, saved, from, until, ...page } = request.query;
      const filter = {
        did,
        account: account === undefined ? undefined : accountId(account),
        outcome,
        saved: saved === 'true',
        from: millis(from),
        until: millis(until),
      };
      const asking = control.as(askerOf(request));
      reply.header('vary', 'accept');
      if (wantsCsv(request)) return await sendCalls(reply, asking, scopeOf(request), filter);
      return await answer(reply, asking.calls(scopeOf(request), filter, page), ({ entries, next }) => ({
        entries: entries.map(toCall),
        next: next ?? null,
      }));
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

/** More calls than a file of them may have are refused, because nobody sees that a file was cut off. */
const MOST_CALLS = 100_000;

async function sendCalls(reply: FastifyReply, asking: ControlPlane, scope: Scope, filter: CallFilter) {
  const count = await asking.countCalls(scope, filter, MOST_CALLS);
  if (!count.ok) return refuse(reply, count.error);
  if (count.value > MOST_CALLS) {
    const message = `There are more than ${MOST_CALLS} such calls, which are the most in a file. Narrow them down with from and until.`;
    return refuse(reply, { kind: 'refused', problems: [{ field: 'from', message }] });
  }
  return await sendCsv<string>(reply, 'calls.csv', CALL_HEADER, async (after) => {
    const page = await asking.calls(scope, filter, { after, limit: 1_000 });
    if (!page.ok) return page;
    const rows = page.value.entries.map((call) => callRow(call, asking));
    return { ok: true, value: { rows, next: page.value.next } };
  });
}
