import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Asker } from '../control/asker.ts';
import type { ControlPlane } from '../control/control-plane.ts';
import { askerOfLogin, type LoggedIn } from '../control/logins/log-in.ts';
import type { Scope } from '../control/views.ts';
import { addressOf } from './client-address.ts';
import { clientOf, tokenIn } from './login-cookie.ts';
import { refuse, refuseUnauthorized } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; absent only on routes that are open to all. */
    asker: Asker | undefined;
    /** The login that asks; absent where a key does. */
    loggedIn: LoggedIn | undefined;
  }
}

const HOW = 'It goes into the header "Authorization: Bearer <key>".';

/** A hook that lets a request pass with a valid key or login and notes who asks. Further ways to show that belong here alone. */
export function authenticate(control: Pick<ControlPlane, 'holderOf' | 'logins'>) {
  const byLogin = demandLogin(control);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const header = request.headers.authorization;
    if (header === undefined) {
      if (tokenIn(request, control.logins.secure) !== undefined) return await byLogin(request, reply);
      return reply.send(refuseUnauthorized(reply, `Send the operator key or an API key, or log in. ${HOW}`));
    }
    const key = /^Bearer +([A-Za-z0-9._~+/-]{1,300}=*)$/i.exec(header)?.[1];
    const holder = key === undefined ? undefined : await control.holderOf(key);
    if (holder !== undefined && !holder.ok) return reply.send(refuse(reply, holder.error));
    if (holder?.value === undefined) {
      return reply.send(refuseUnauthorized(reply, `The key is not valid. ${HOW}`));
    }
    request.asker = { ...holder.value, address: addressOf(request) };
    return undefined;
  };
}

/** A hook that lets a request pass with a login alone; a change needs the login's CSRF token, too. */
export function demandLogin({ logins }: Pick<ControlPlane, 'logins'>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const token = tokenIn(request, logins.secure);
    const found = token === undefined ? undefined : await logins.by(token, clientOf(request));
    if (found?.ok === false) return reply.send(refuse(reply, found.error));
    const loggedIn = found?.value;
    const asker = loggedIn === undefined ? undefined : askerOfLogin(loggedIn, addressOf(request));
    if (loggedIn === undefined || asker === undefined) {
      return reply.send(refuseUnauthorized(reply, 'Nobody is logged in here, or the login has ended.'));
    }
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    const csrf = request.headers['x-csrf-token'];
    if (changes && (typeof csrf !== 'string' || !logins.isCsrfToken(loggedIn, csrf))) {
      const message = 'Send the csrfToken that GET /api/v1/session answers in the header x-csrf-token.';
      return reply.send(refuse(reply, { kind: 'forbidden', message }));
    }
    request.loggedIn = loggedIn;
    request.asker = asker;
    return undefined;
  };
}

/** Who asks, on a route behind `authenticate`. */
export function askerOf(request: FastifyRequest): Asker {
  if (request.asker === undefined) throw new Error(`${request.url} is not behind authenticate`);
  return request.asker;
}

/** Who is logged in, on a route behind `demandLogin`. */
export function loginOf(request: FastifyRequest): LoggedIn {
  if (request.loggedIn === undefined) throw new Error(`${request.url} is not behind demandLogin`);
  return request.loggedIn;
}

/** Whose things the asker sees. */
export function scopeOf(request: FastifyRequest): Scope {
  return askerOf(request).scope;
}
