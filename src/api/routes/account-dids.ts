import type { FastifyInstance } from 'fastify';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { DidView } from '../../control/views.ts';
import { accountId, trunkGroupId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { sendDids } from '../csv/send-dids.ts';
import { jsonOrFile } from '../csv/write-csv.ts';
import { askingOf, editHeaders } from '../entity-tags.ts';
import { refuse } from '../problem.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  accountDidParams,
  accountDidsQuery,
  did,
  didMove,
  didPage,
  didRemoval,
  didsChanged,
  didsRemoved,
  toDid,
} from '../schemas/did.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Accounts'];

const changed = (change: Changed<readonly DidView[]>) => ({
  ...toChangeFields(change),
  dids: change.value.map(toDid),
});

const removed = (change: Changed<{ readonly removed: number }>) => ({
  ...toChangeFields(change),
  removed: change.value.removed,
});

export function accountDidRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/accounts/:id/dids',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'listAccountDids',
        summary: 'The DIDs of an account, also as a file',
        params: accountParams,
        querystring: accountDidsQuery,
        response: { 200: jsonOrFile(didPage), ...problems },
      },
    },
    async (request, reply) => {
      const asking = control.as(askerOf(request));
      const known = await asking.account(accountId(request.params.id));
      if (!known.ok) return refuse(reply, known.error);
      return await sendDids(request, reply, asking, { ...request.query, account: request.params.id });
    },
  );
  api.delete(
    '/accounts/:id/dids/:number',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'removeDid',
        summary: 'Remove one DID from an account',
        headers: editHeaders,
        params: accountDidParams,
        response: { 200: didsRemoved, ...stale(did), ...problems },
      },
    },
    (request, reply) => {
      const { id, number } = request.params;
      return answer(reply, askingOf(request, control).removeDid(accountId(id), number), removed);
    },
  );
  api.post(
    '/accounts/:id/dids/remove',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'removeDids',
        summary: 'Remove DIDs from an account, all or nothing',
        params: accountParams,
        body: didRemoval,
        response: { 200: didsRemoved, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).removeDids(accountId(request.params.id), request.body.numbers),
        removed,
      ),
  );
  api.post(
    '/accounts/:id/dids/move',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'moveDids',
        summary: 'Move DIDs to another trunk group or account, all or nothing',
        params: accountParams,
        body: didMove,
        response: { 200: didsChanged, ...problems },
      },
    },
    (request, reply) => {
      const { numbers, to } = request.body;
      const target = {
        ...(to.account === undefined ? {} : { account: accountId(to.account) }),
        ...(to.trunkGroup === undefined ? {} : { trunkGroup: trunkGroupId(to.trunkGroup) }),
      };
      return answer(
        reply,
        askingOf(request, control).moveDids(accountId(request.params.id), numbers, target),
        changed,
      );
    },
  );
}
