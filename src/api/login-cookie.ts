import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '../control/logins/limits.ts';
import { type FreshLogin, LIFETIME_MS } from '../control/logins/log-in.ts';
import { addressOf } from './client-address.ts';

const NAME = 'throughline_login';
/** Over HTTPS: a browser takes this name from the host itself alone, and not from a neighbour or over plain HTTP. */
const SECURE_NAME = `__Host-${NAME}`;
const TOKEN = /^[A-Za-z0-9_-]{20,100}$/;

/** The token of the login that the browser sent. */
export function tokenIn(request: FastifyRequest, secure: boolean): string | undefined {
  const name = `${secure ? SECURE_NAME : NAME}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const token = pairs.find((pair) => pair.startsWith(name))?.slice(name.length);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

export function setLogin(reply: FastifyReply, { token }: FreshLogin, secure: boolean): void {
  reply.header('set-cookie', cookie(token, LIFETIME_MS / 1_000, secure));
}

export function clearLogin(reply: FastifyReply, secure: boolean): void {
  reply.header('set-cookie', cookie('', 0, secure));
}

/** No script reads it, and no page of another site makes the browser send it. */
function cookie(value: string, maxAge: number, secure: boolean): string {
  const always = `=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict`;
  return secure ? `${SECURE_NAME}${always}; Secure` : `${NAME}${always}`;
}

export function clientOf(request: FastifyRequest): Client {
  return { address: addressOf(request), userAgent: request.headers['user-agent'] ?? '' };
}
