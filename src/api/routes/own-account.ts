import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { ownAccount } from '../audience.ts';
import { askerOf } from '../authenticate.ts';
import { answerWithCredentials } from '../credentials-answer.ts';
import { askingOf, editHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { account, accountChanged, ownAccountChange, toAccount } from '../schemas/account.ts';
import { toChangeFields } from '../schemas/common.ts';
import { credentialsReplaced, newPasswordInput, toCredentialsReplaced } from '../schemas/credentials.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Own account'];
const config = { audience: 'account' } as const;

/** What the people of an account ask of it without naming it. */
export function ownAccountRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/account',
    {
      config: { ...config, forFailover: true },
      schema: {
        tags,
        operationId: 'getOwnAccount',
        summary: 'The account of the key',
        response: { 200: account, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).account(ownAccount(request)), (view) => {
        setTag(reply, { kind: 'account', view });
        return toAccount(view);
      }),
  );
  api.patch(
    '/account',
    {
      config,
      schema: {
        tags,
        operationId: 'changeOwnAccount',
        summary: 'Change how the calls of the account are delivered',
        headers: editHeaders,
        body: ownAccountChange,
        response: { 200: accountChanged, ...stale(account), ...problems },
      },
    },
    (request, reply) =>
      answer(reply, askingOf(request, control).changeAccount(ownAccount(request), request.body), (change) => {
        setTag(reply, { kind: 'account', view: change.value });
        return { ...toChangeFields(change), account: toAccount(change.value) };
      }),
  );
  api.post(
    '/account/credentials',
    {
      config: { ...config, once: true },
      schema: {
        tags,
        operationId: 'replaceOwnCredentials',
        summary: 'Make a new SIP password; shows it, once; the old one stays valid for a while',
        body: newPasswordInput,
        response: { 200: credentialsReplaced, ...problems },
      },
    },
    (request, reply) => {
      const asking = askingOf(request, control);
      const make = () => asking.replaceCredentials(ownAccount(request), undefined, request.body?.overlap);
      return answerWithCredentials(reply, asking, make, toCredentialsReplaced);
    },
  );
}
