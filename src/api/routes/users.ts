import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { UserView } from '../../control/logins/users.ts';
import { type AccountId, accountId } from '../../domain/ids.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { askingOf, editHeaders, ifMatchOf, setTag } from '../entity-tags.ts';
import { finishAfterwards } from '../once.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import {
  accountUserParams,
  nothing,
  toInvited,
  toUser,
  user,
  userChange,
  userInput,
  userInvited,
  userPage,
  userParams,
  userQuery,
} from '../schemas/login.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Users'];
const config = { audience: 'both' } as const;

const toTagged = (reply: FastifyReply) => (view: UserView) => {
  setTag(reply, { kind: 'user', view });
  return toUser(view);
};

interface Place<L extends z.ZodType, U extends z.ZodType<{ readonly user: string }>> {
  readonly url: string;
  /** Ends the operation ids. */
  readonly name: string;
  readonly whose: string;
  readonly listParams: L;
  readonly oneParams: U;
  readonly owner: (request: FastifyRequest) => AccountId | undefined;
}

/** People who log in: the operators, and those of an account. */
export function userRoutes(app: FastifyInstance, control: ControlPlane): void {
  place(app, control, {
    url: '/users',
    name: 'User',
    whose: 'of the own account, or the operators',
    listParams: z.strictObject({}),
    oneParams: userParams,
    owner: (request) => {
      const scope = scopeOf(request);
      return scope.kind === 'account' ? scope.account : undefined;
    },
  });
  place(app, control, {
    url: '/accounts/:id/users',
    name: 'AccountUser',
    whose: 'of an account',
    listParams: accountParams,
    oneParams: accountUserParams,
    owner: (request) => accountId(accountParams.loose().parse(request.params).id),
  });
}

function place<L extends z.ZodType, U extends z.ZodType<{ readonly user: string }>>(
  app: FastifyInstance,
  control: ControlPlane,
  { url, name, whose, listParams, oneParams, owner }: Place<L, U>,
): void {
  const api = typed(app);
  const { logins } = control;
  api.get(
    url,
    {
      config,
      schema: {
        tags,
        operationId: `list${name}s`,
        summary: `The people who log in ${whose}`,
        params: listParams,
        querystring: userQuery,
        response: { 200: userPage, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, logins.users(owner(request), userQuery.parse(request.query)), ({ entries, next }) => ({
        entries: entries.map(toUser),
        next: next ?? null,
      })),
  );
  api.post(
    url,
    {
      config: { ...config, once: true },
      schema: {
        tags,
        operationId: `invite${name}`,
        summary: `Invite a person ${whose}; the link sets their password, once`,
        params: listParams,
        body: userInput,
        response: { 201: userInvited, ...problems },
      },
    },
    async (request, reply) => {
      const { logins: within } = askingOf(request, control);
      const invited = within.invite(askerOf(request), owner(request), userInput.parse(request.body));
      return await answer(reply.code(201), invited, (made) => {
        setTag(reply, { kind: 'user', view: made.user });
        const finish = async () => toInvited(made, await logins.mailInvitation(made));
        return finishAfterwards(request, toInvited(made, false), finish);
      });
    },
  );
  api.get(
    `${url}/:user`,
    {
      config,
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `One of the people ${whose}`,
        params: oneParams,
        response: { 200: user, ...problems },
      },
    },
    (request, reply) => {
      const { user: id } = oneParams.parse(request.params);
      return answer(reply, logins.user(owner(request), id), toTagged(reply));
    },
  );
  api.post(
    `${url}/:user/invitation`,
    {
      config: { ...config, once: true },
      schema: {
        tags,
        operationId: `invite${name}Again`,
        summary: `Make a new link for a person ${whose} who has set no password yet; the link before is void`,
        params: oneParams,
        response: { 200: userInvited, ...problems },
      },
    },
    async (request, reply) => {
      const { logins: within } = askingOf(request, control);
      const { user: id } = oneParams.parse(request.params);
      const invited = within.inviteAgain(askerOf(request), owner(request), id);
      return await answer(reply, invited, (made) => {
        const finish = async () => toInvited(made, await logins.mailInvitation(made));
        return finishAfterwards(request, toInvited(made, false), finish);
      });
    },
  );
  api.patch(
    `${url}/:user`,
    {
      config,
      schema: {
        tags,
        operationId: `change${name}`,
        summary: `Change the role of a person ${whose}, or keep them out`,
        headers: editHeaders,
        params: oneParams,
        body: userChange,
        response: { 200: user, ...stale(user), ...problems },
      },
    },
    (request, reply) => {
      const { user: id } = oneParams.parse(request.params);
      const change = userChange.parse(request.body);
      const ifMatch = ifMatchOf(request);
      return answer(
        reply,
        logins.changeUser(askerOf(request), owner(request), id, change, ifMatch),
        toTagged(reply),
      );
    },
  );
  api.delete(
    `${url}/:user`,
    {
      config,
      schema: {
        tags,
        operationId: `remove${name}`,
        summary: `Remove a person ${whose}; they are logged out everywhere`,
        headers: editHeaders,
        params: oneParams,
        response: { 204: nothing, ...stale(user), ...problems },
      },
    },
    (request, reply) => {
      const { user: id } = oneParams.parse(request.params);
      const removed = logins.removeUser(askerOf(request), owner(request), id, ifMatchOf(request));
      return answer(reply.code(204), removed, () => null);
    },
  );
}
