import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { accountId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { answerWithCredentials } from '../credentials-answer.ts';
import { askingOf, editHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import {
  account,
  accountChange,
  accountChanged,
  accountClosed,
  accountClosing,
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
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Accounts'];

export function accountRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.post(
    '/accounts',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'createAccount',
        summary: 'Create an account; shows its SIP password, once',
        body: newAccount,
        response: { 201: accountCreated, ...problems },
      },
    },
    (request, reply) => {
      const asking = askingOf(request, control);
      const make = () => asking.createAccount(request.body);
      return answerWithCredentials(reply.code(201), asking, make, (change, trunkServers) => {
        setTag(reply, { kind: 'account', view: change.value.account });
        return {
          ...toChangeFields(change),
          account: toAccount(change.value.account),
          credentials: toCredentials(change.value.credentials, trunkServers),
        };
      });
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
      answer(reply, control.as(askerOf(request)).account(accountId(request.params.id)), (view) => {
        setTag(reply, { kind: 'account', view });
        return toAccount(view);
      }),
  );
  api.patch(
    '/accounts/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'changeAccount',
        summary: 'Change or suspend an account, or how its calls are delivered',
        headers: editHeaders,
        params: accountParams,
        body: accountChange,
        response: { 200: accountChanged, ...stale(account), ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).changeAccount(accountId(request.params.id), request.body),
        (change) => {
          setTag(reply, { kind: 'account', view: change.value });
          return { ...toChangeFields(change), account: toAccount(change.value) };
        },
      ),
  );
  api.post(
    '/accounts/:id/close',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'closeAccount',
        summary: 'Close a suspended account for good; its DIDs are free again',
        description:
          'Ends its registrations, keys and logins. Call records and the audit log stay. Answers 409 while the account is in service, and 422 where the name is not its name.',
        params: accountParams,
        body: accountClosing,
        response: { 200: accountClosed, ...problems },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const closed = askingOf(request, control).closeAccount(accountId(id), request.body.name);
      return answer(reply, closed, (change) => ({ ...toChangeFields(change), closed: change.value }));
    },
  );
  api.post(
    '/accounts/:id/credentials',
    {
      config: { audience: 'operator', once: true },
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
      const asking = askingOf(request, control);
      const make = () =>
        asking.replaceCredentials(accountId(request.params.id), undefined, request.body?.overlap);
      return answerWithCredentials(reply, asking, make, toCredentialsReplaced);
    },
  );
}
