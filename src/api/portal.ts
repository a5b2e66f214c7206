import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where `npm run build:portal` puts the portal: the same from src/ and from dist/. */
const BUILT = fileURLToPath(new URL('../../portal/dist', import.meta.url));

/** Mantine sets sizes and colours as styles in the page; scripts come from files of ours alone. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  // Links to the portal may carry one-time tokens.
  'referrer-policy': 'no-referrer',
};

/** The page for every address that is the portal's own, or undefined where the request is for something else. */
export type PortalPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;

/** The folder of the built portal; undefined where it was not built. */
export function builtPortal(): string | undefined {
  return existsSync(join(BUILT, 'index.html')) ? BUILT : undefined;
}

/** Serves the portal's files, and returns what answers the addresses that its own router knows. */
export async function servePortal(app: FastifyInstance, folder: string): Promise<PortalPage> {
  const page = readFileSync(join(folder, 'index.html'));
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '365d',
    setHeaders: (reply) => {
      reply.header('x-content-type-options', 'nosniff');
    },
  });
  return (request, reply) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const ours = !/^\/(api|assets|metrics)(\/|\?|$)/.test(request.url);
    if (!reads || !wantsPage(request) || !ours) return undefined;
    return reply.code(200).headers(PAGE_HEADERS).send(page);
  };
}

/**
 * Whether a page is an answer to this request. Programs such as curl, and the probes of load balancers, take anything
 * without asking for a page by name; what is asked for like that under the name of a file is none.
 */
function wantsPage({ headers: { accept }, url }: FastifyRequest): boolean {
  if (accept?.includes('text/html') === true) return true;
  return (accept === undefined || accept === '*/*') && !/^[^?]*\.[^/?]*(\?|$)/.test(url);
}
