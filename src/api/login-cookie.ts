import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '../control/logins/limits.ts';
import { type FreshLogin, LIFETIME_MS } from '../control/logins/log-in.ts';

const NAME = 'throughline_login';
const TOKEN = /(?:^|;\s*)throughline_login=([A-Za-z0-9_-]{20,100})(?:;|$)/;

/** The token of the login that the browser sent. */
export function tokenIn(request: FastifyRequest): string | undefined {
  return TOKEN.exec(request.headers.cookie ?? '')?.[1];
}

export function setLogin(reply: FastifyReply, { token }: FreshLogin, secure: boolean): void {
  reply.header('set-cookie', cookie(token, LIFETIME_MS / 1_000, secure));
}

export function clearLogin(reply: FastifyReply, secure: boolean): void {
  reply.header('set-cookie', cookie('', 0, secure));
}

/** No script reads it, and no page of another site makes the browser send it. */
function cookie(value: string, maxAge: number, secure: boolean): string {
  const always = `${NAME}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict`;
  return secure ? `${always}; Secure` : always;
}

export function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' };
}
