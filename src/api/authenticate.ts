import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Asker } from '../control/asker.ts';
import type { ControlPlane } from '../control/control-plane.ts';
import type { Scope } from '../control/views.ts';
import { refuse, refuseUnauthorized } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; absent only on routes that are open to all. */
    asker: Asker | undefined;
  }
}

const HOW = 'It goes into the header "Authorization: Bearer <key>".';

/** A hook that lets a request pass with a valid key and notes who asks. Further ways to show that belong here alone. */
export function authenticate(control: Pick<ControlPlane, 'holderOf'>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const header = request.headers.authorization;
    if (header === undefined) {
      return reply.send(refuseUnauthorized(reply, `Send the operator key or an API key. ${HOW}`));
    }
    const key = /^Bearer +([A-Za-z0-9._~+/-]{1,300}=*)$/i.exec(header)?.[1];
    const holder = key === undefined ? undefined : await control.holderOf(key);
    if (holder !== undefined && !holder.ok) return reply.send(refuse(reply, holder.error));
    if (holder?.value === undefined) {
      return reply.send(refuseUnauthorized(reply, `The key is not valid. ${HOW}`));
    }
    request.asker = { ...holder.value, address: request.ip };
    return undefined;
  };
}

/** Who asks, on a route behind `authenticate`. */
export function askerOf(request: FastifyRequest): Asker {
  if (request.asker === undefined) throw new Error(`${request.url} is not behind authenticate`);
  return request.asker;
}

/** Whose things the asker sees. */
export function scopeOf(request: FastifyRequest): Scope {
  return askerOf(request).scope;
}
