import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import { type AccountId, accountId, apiKeyId } from '../../domain/ids.ts';
import { ownAccount } from '../audience.ts';
import { askerOf } from '../authenticate.ts';
import { askingOf } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { accountParams } from '../schemas/account.ts';
import {
  accountApiKeyParams,
  apiKey,
  apiKeyCreated,
  apiKeyPage,
  apiKeyParams,
  apiKeyQuery,
  newApiKey,
  toApiKey,
} from '../schemas/api-key.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['API keys'];

/** A list of keys: where it is on the API, whom it is for, and whose the keys are. */
interface Place<L extends z.ZodType, K extends z.ZodType<{ readonly key: string }>> {
  readonly url: string;
  /** Ends the operation ids. */
  readonly name: string;
  readonly whose: string;
  readonly audience: 'operator' | 'account' | 'both';
  readonly listParams: L;
  readonly keyParams: K;
  readonly owner: (request: FastifyRequest) => AccountId | undefined;
}

export function apiKeyRoutes(app: FastifyInstance, control: ControlPlane): void {
  place(app, control, {
    url: '/keys',
    name: 'OperatorKeys',
    whose: 'of the operators',
    audience: 'operator',
    listParams: z.strictObject({}),
    keyParams: apiKeyParams,
    owner: () => undefined,
  });
  place(app, control, {
    url: '/accounts/:id/keys',
    name: 'AccountKeys',
    whose: 'of an account',
    audience: 'both',
    listParams: accountParams,
    keyParams: accountApiKeyParams,
    owner: (request) => accountId(accountParams.loose().parse(request.params).id),
  });
  place(app, control, {
    url: '/account/keys',
    name: 'OwnKeys',
    whose: 'of the own account',
    audience: 'account',
    listParams: z.strictObject({}),
    keyParams: apiKeyParams,
    owner: ownAccount,
  });
}

function place<L extends z.ZodType, K extends z.ZodType<{ readonly key: string }>>(
  app: FastifyInstance,
  control: ControlPlane,
  at: Place<L, K>,
): void {
  const api = typed(app);
  const { url, name, whose, listParams, keyParams } = at;
  const config = { audience: at.audience };
  api.get(
    url,
    {
      config: { ...config, forFailover: true },
      schema: {
        tags,
        operationId: `list${name}`,
        summary: `The API keys ${whose}`,
        params: listParams,
        querystring: apiKeyQuery,
        response: { 200: apiKeyPage, ...problems },
      },
    },
    (request, reply) => {
      const { after, limit } = apiKeyQuery.parse(request.query);
      const page = { limit, after: after === undefined ? undefined : apiKeyId(after) };
      return answer(
        reply,
        control.as(askerOf(request)).apiKeys(at.owner(request), page),
        ({ entries, next }) => ({ entries: entries.map(toApiKey), next: next ?? null }),
      );
    },
  );
  api.post(
    url,
    {
      config: { ...config, once: true },
      schema: {
        tags,
        operationId: `create${name}`,
        summary: `Create an API key ${whose}; shows it, once`,
        params: listParams,
        body: newApiKey,
        response: { 201: apiKeyCreated, ...problems },
      },
    },
    (request, reply) => {
      const { name: called, access, expiresAt } = newApiKey.parse(request.body);
      const input = {
        name: called,
        access,
        expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      };
      return answer(
        reply.code(201),
        askingOf(request, control).createApiKey(at.owner(request), input),
        (created) => ({ key: created.key, apiKey: toApiKey(created.apiKey) }),
      );
    },
  );
  api.delete(
    `${url}/:key`,
    {
      config,
      schema: {
        tags,
        operationId: `revoke${name}`,
        summary: `Revoke an API key ${whose}; it opens nothing any more`,
        params: keyParams,
        response: { 200: apiKey, ...problems },
      },
    },
    (request, reply) => {
      const { key } = keyParams.parse(request.params);
      return answer(
        reply,
        control.as(askerOf(request)).revokeApiKey(at.owner(request), apiKeyId(key)),
        toApiKey,
      );
    },
  );
}
