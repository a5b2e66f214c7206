import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { accountId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { answerWithCredentials } from '../credentials-answer.ts';
import { answer, typed } from '../route.ts';
import {
  account,
  accountChange,
  accountChanged,
  accountCreated,
  accountPage,
  accountParams,
  accountQuery,
  newAccount,
  toAccount,
} from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  credentialsReplaced,
  newPasswordInput,
  toCredentials,
  toCredentialsReplaced,
} from '../schemas/credentials.ts';
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
    (request, reply) => {
      const asking = control.as(askerOf(request));
      const make = () => asking.createAccount(request.body);
      return answerWithCredentials(reply.code(201), asking, make, (change, trunkServers) => ({
        ...toChangeFields(change),
        account: toAccount(change.value.account),
        credentials: toCredentials(change.value.credentials, trunkServers),
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
        summary: 'Make a new SIP password; shows it, once; the old one stays valid for a while',
        params: accountParams,
        body: newPasswordInput,
        response: { 200: credentialsReplaced, ...problems },
      },
    },
    (request, reply) => {
      const asking = control.as(askerOf(request));
      const make = () =>
        asking.replaceCredentials(accountId(request.params.id), undefined, request.body?.overlap);
      return answerWithCredentials(reply, asking, make, toCredentialsReplaced);
    },
  );
}
