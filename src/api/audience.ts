import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { z } from 'zod';
import { ONLY_FAILOVER } from '../control/context.ts';
import type { AccountId } from '../domain/ids.ts';
import { askerOf } from './authenticate.ts';
import { refuse } from './problem.ts';

/**
 * Whom a route is for. `operator`: nobody else. `account`: owners and viewers, whose account is known from their
 * key. `both`: an account's people see their own things there, and another account's as not found.
 */
type Audience = 'operator' | 'account' | 'both';

declare module 'fastify' {
  interface FastifyContextConfig {
    audience?: Audience;
    /** It changes failover settings and nothing else, or reads what who sets them must see: access `failover` is enough. */
    forFailover?: true;
  }
}

const ofAccount = z.object({ id: z.string() });
const askingFor = z.object({ account: z.string() });

/** A hook for new routes: one that does not say whom it is for keeps the service from starting. */
export function demandAudience(route: RouteOptions): void {
  if (route.config?.audience === undefined) throw new Error(`${route.url} does not say whom it is for`);
}

/** A hook behind `authenticate`: turns away whom the route is not for. */
export async function admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const { scope, access } = askerOf(request);
  const { audience, forFailover } = request.routeOptions.config;
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (scope.kind === 'operator') {
    if (audience !== 'account') return changes && access === 'read' ? refuseChange(reply) : undefined;
    const message = 'This is for the people of an account. An operator asks /api/v1/accounts/{id} instead.';
    return reply.send(refuse(reply, { kind: 'forbidden', message }));
  }
  const named = accountNamedBy(request);
  if (named !== undefined && named !== scope.account) {
    return reply.send(refuse(reply, { kind: 'notFound', what: 'account', id: named }));
  }
  if (audience === 'operator') {
    const message = 'This is for the operator. What an account may ask is listed in docs/api.md.';
    return reply.send(refuse(reply, { kind: 'forbidden', message }));
  }
  if (access === 'failover' && forFailover !== true) {
    return reply.send(refuse(reply, { kind: 'forbidden', message: ONLY_FAILOVER }));
  }
  return changes && access === 'read' ? refuseChange(reply) : undefined;
}

function refuseChange(reply: FastifyReply): FastifyReply {
  const message = 'This key or login may only read. Ask with one that may write.';
  return reply.send(refuse(reply, { kind: 'forbidden', message }));
}

/** The account of a route below /accounts/{id}, or of `?account=`. */
function accountNamedBy(request: FastifyRequest): string | undefined {
  if (request.routeOptions.url?.startsWith('/api/v1/accounts/:id') === true) {
    const params = ofAccount.safeParse(request.params);
    return params.success ? params.data.id.slice(0, 100) : undefined;
  }
  const query = askingFor.safeParse(request.query);
  return query.success ? query.data.account.slice(0, 100) : undefined;
}

/** The account of the asker, on a route that is for accounts alone. */
export function ownAccount(request: FastifyRequest): AccountId {
  const { scope } = askerOf(request);
  if (scope.kind !== 'account') throw new Error(`${request.url} is not for accounts alone`);
  return scope.account;
}
