import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { accountId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { refuse } from '../problem.ts';
import { answer, typed } from '../route.ts';
import {
  account,
  accountChange,
  accountChanged,
  accountCreated,
  accountPage,
  accountParams,
  accountQuery,
  credentialsReplaced,
  newAccount,
  toAccount,
  toCredentials,
} from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Accounts'];

export function accountRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.post(
    '/accounts',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'createAccount',
        summary: 'Create an account; shows its SIP password, once',
        body: newAccount,
        response: { 201: accountCreated, ...problems },
      },
    },
    async (request, reply) => {
      // Asked first, so that nothing is left to fail once the password exists.
      const trunkServers = await control.as(askerOf(request)).trunkServers();
      if (!trunkServers.ok) return refuse(reply, trunkServers.error);
      return answer(reply.code(201), control.as(askerOf(request)).createAccount(request.body), (change) => ({
        ...toChangeFields(change),
        account: toAccount(change.value.account),
        credentials: toCredentials(change.value.credentials, trunkServers.value),
      }));
    },
  );
  api.get(
    '/accounts',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'listAccounts',
        summary: 'All accounts',
        querystring: accountQuery,
        response: { 200: accountPage, ...problems },
      },
    },
    (request, reply) => {
      const { after, limit } = request.query;
      const page = { limit, after: after === undefined ? undefined : accountId(after) };
      return answer(reply, control.as(askerOf(request)).accounts(page), ({ entries, next }) => ({
        entries: entries.map(toAccount),
        next: next ?? null,
      }));
    },
  );
  api.get(
    '/accounts/:id',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'getAccount',
        summary: 'One account',
        params: accountParams,
        response: { 200: account, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).account(accountId(request.params.id)), toAccount),
  );
  api.patch(
    '/accounts/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'changeAccount',
        summary: 'Change or suspend an account, or how its calls are delivered',
        params: accountParams,
        body: accountChange,
        response: { 200: accountChanged, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        control.as(askerOf(request)).changeAccount(accountId(request.params.id), request.body),
        (change) => ({
          ...toChangeFields(change),
          account: toAccount(change.value),
        }),
      ),
  );
  api.post(
    '/accounts/:id/credentials',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'replaceCredentials',
        summary: 'Make a new SIP password; shows it, once, and ends the old one',
        params: accountParams,
        response: { 200: credentialsReplaced, ...problems },
      },
    },
    async (request, reply) => {
      const trunkServers = await control.as(askerOf(request)).trunkServers();
      if (!trunkServers.ok) return refuse(reply, trunkServers.error);
      return answer(
        reply,
        control.as(askerOf(request)).replaceCredentials(accountId(request.params.id)),
        (change) => ({
          ...toChangeFields(change),
          credentials: toCredentials(change.value, trunkServers.value),
        }),
      );
    },
  );
}
