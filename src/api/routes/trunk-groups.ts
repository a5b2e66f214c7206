import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import { type AccountId, accountId, trunkGroupId } from '../../domain/ids.ts';
import { ownAccount } from '../audience.ts';
import { askerOf } from '../authenticate.ts';
import { answerWithCredentials } from '../credentials-answer.ts';
import { askingOf, editHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  credentialsReplaced,
  newPasswordInput,
  toCredentials,
  toCredentialsReplaced,
} from '../schemas/credentials.ts';
import { problems, stale } from '../schemas/problem.ts';
import {
  ownTrunkGroupParams,
  toTrunkGroup,
  trunkGroupChanged,
  trunkGroupCreated,
  trunkGroupInput,
  trunkGroupList,
  trunkGroup as trunkGroupOne,
  trunkGroupParams,
  trunkGroupRemoved,
} from '../schemas/trunk-group.ts';

const tags = ['Trunk groups'];
const URL = '/accounts/:id/trunk-groups';

export function trunkGroupRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  list(app, control, {
    url: URL,
    audience: 'both',
    operationId: 'listTrunkGroups',
    params: accountParams,
    owner: (request) => accountId(accountParams.parse(request.params).id),
  });
  list(app, control, {
    url: '/account/trunk-groups',
    audience: 'account',
    operationId: 'listOwnTrunkGroups',
    params: z.strictObject({}),
    owner: ownAccount,
  });
  api.post(
    URL,
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'createTrunkGroup',
        summary: 'One more PBX of an account; shows its SIP password, once',
        params: accountParams,
        body: trunkGroupInput,
        response: { 201: trunkGroupCreated, ...problems },
      },
    },
    (request, reply) => {
      const asking = askingOf(request, control);
      const make = () => asking.createTrunkGroup(accountId(request.params.id), request.body.name);
      return answerWithCredentials(reply.code(201), asking, make, (change, trunkServers) => {
        setTag(reply, { kind: 'trunkGroup', view: change.value.trunkGroup });
        return {
          ...toChangeFields(change),
          trunkGroup: toTrunkGroup(change.value.trunkGroup),
          credentials: toCredentials(change.value.credentials, trunkServers),
        };
      });
    },
  );
  api.get(
    `${URL}/:trunkGroup`,
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'getTrunkGroup',
        summary: 'One trunk group of an account',
        params: trunkGroupParams,
        response: { 200: trunkGroupOne, ...problems },
      },
    },
    (request, reply) => {
      const { id, trunkGroup } = request.params;
      const found = control.as(askerOf(request)).trunkGroup(accountId(id), trunkGroupId(trunkGroup));
      return answer(reply, found, (view) => {
        setTag(reply, { kind: 'trunkGroup', view });
        return toTrunkGroup(view);
      });
    },
  );
  api.patch(
    `${URL}/:trunkGroup`,
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'renameTrunkGroup',
        summary: 'Give a trunk group another name',
        headers: editHeaders,
        params: trunkGroupParams,
        body: trunkGroupInput,
        response: { 200: trunkGroupChanged, ...stale(trunkGroupOne), ...problems },
      },
    },
    (request, reply) => {
      const { id, trunkGroup } = request.params;
      const asking = askingOf(request, control);
      const renamed = asking.renameTrunkGroup(accountId(id), trunkGroupId(trunkGroup), request.body.name);
      return answer(reply, renamed, (change) => {
        setTag(reply, { kind: 'trunkGroup', view: change.value });
        return { ...toChangeFields(change), trunkGroup: toTrunkGroup(change.value) };
      });
    },
  );
  api.delete(
    `${URL}/:trunkGroup`,
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'removeTrunkGroup',
        summary: 'Remove a trunk group that no DID and no backup needs',
        headers: editHeaders,
        params: trunkGroupParams,
        response: { 200: trunkGroupRemoved, ...stale(trunkGroupOne), ...problems },
      },
    },
    (request, reply) => {
      const { id, trunkGroup } = request.params;
      const removed = askingOf(request, control).removeTrunkGroup(accountId(id), trunkGroupId(trunkGroup));
      return answer(reply, removed, (change) => ({
        ...toChangeFields(change),
        removed: change.value.removed,
      }));
    },
  );
  replace(app, control, {
    url: `${URL}/:trunkGroup/credentials`,
    audience: 'operator',
    operationId: 'replaceTrunkGroupCredentials',
    params: trunkGroupParams,
    owner: (request) => accountId(trunkGroupParams.parse(request.params).id),
  });
  replace(app, control, {
    url: '/account/trunk-groups/:trunkGroup/credentials',
    audience: 'account',
    operationId: 'replaceOwnTrunkGroupCredentials',
    params: ownTrunkGroupParams,
    owner: ownAccount,
  });
}

function replace<P extends z.ZodType<{ trunkGroup: string }>>(
  app: FastifyInstance,
  control: ControlPlane,
  at: Place<P>,
): void {
  typed(app).post(
    at.url,
    {
      config: { audience: at.audience, once: true },
      schema: {
        tags,
        operationId: at.operationId,
        summary:
          'Make a new SIP password for a trunk group; shows it, once; the old one stays valid for a while',
        params: at.params,
        body: newPasswordInput,
        response: { 200: credentialsReplaced, ...problems },
      },
    },
    (request, reply) => {
      const asking = askingOf(request, control);
      const { trunkGroup } = at.params.parse(request.params);
      const overlap = newPasswordInput.parse(request.body)?.overlap;
      const make = () => asking.replaceCredentials(at.owner(request), trunkGroupId(trunkGroup), overlap);
      return answerWithCredentials(reply, asking, make, toCredentialsReplaced);
    },
  );
}

interface Place<P extends z.ZodType> {
  readonly url: string;
  readonly audience: 'account' | 'both' | 'operator';
  readonly operationId: string;
  readonly params: P;
  readonly owner: (request: FastifyRequest) => AccountId;
}

function list<P extends z.ZodType>(app: FastifyInstance, control: ControlPlane, at: Place<P>): void {
  typed(app).get(
    at.url,
    {
      config: { audience: at.audience },
      schema: {
        tags,
        operationId: at.operationId,
        summary: 'The trunk groups of an account, the oldest first',
        params: at.params,
        response: { 200: trunkGroupList, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).trunkGroups(at.owner(request)), (groups) => ({
        entries: groups.map(toTrunkGroup),
      })),
  );
}
