import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ControlPlane } from '../control/control-plane.ts';
import type { GivenAnswer } from '../control/once.ts';
import { askingOf } from './entity-tags.ts';
import { refuse } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It must not be done twice: with an Idempotency-Key, a request that comes again gets the first answer. */
    once?: true;
  }
  interface FastifyRequest {
    /** Finishes the answer once what was asked is done and kept. */
    afterwards: (() => Promise<unknown>) | undefined;
  }
}

const LONGEST = 255;

/** A string of RFC 8941 section 3.3.3, as the header's draft wants it; or, as many programs send it, without quotes. */
function readKey(header: string): string | undefined {
  const text = header.trim();
  const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(text)?.[1];
  const key = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? (/^[\w.~:/+=-]+$/.test(text) ? text : '');
  return key === '' || key.length > LONGEST ? undefined : key;
}

const onceHeaders = {
  'idempotency-key': z
    .string()
    .refine((text) => readKey(text) !== undefined, {
      error: `must be a text in quotes, of 1 to ${LONGEST} printable ASCII characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"`,
    })
    .optional()
    .meta({
      description:
        'A text that is new for each thing to be done, such as a UUID. A request that comes again with it within 24 hours gets the first answer again, and nothing is done twice.',
      example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    }),
};

/** A hook for new routes: gives those with `config.once` the header Idempotency-Key and what it promises. */
export function doOnce(control: ControlPlane) {
  return (route: RouteOptions): void => {
    if (route.config?.once !== true) return;
    const headers = route.schema?.headers;
    const known = headers instanceof z.ZodObject ? headers.shape : {};
    route.schema = { ...route.schema, headers: z.looseObject({ ...known, ...onceHeaders }) };
    const { handler } = route;
    route.handler = async function once(request, reply) {
      const header = request.headers['idempotency-key'];
      const key = typeof header === 'string' ? readKey(header) : undefined;
      const give = async () => await handler.call(this, request, reply);
      if (key !== undefined) return await answerOnce(request, reply, control, key, give);
      const payload = await give();
      return request.afterwards === undefined ? payload : await request.afterwards();
    };
  };
}

/** Answers with `payload`, and with what `finish` gives instead once that is done and kept. */
export function finishAfterwards<T>(request: FastifyRequest, payload: T, finish: () => Promise<T>): T {
  request.afterwards = finish;
  return payload;
}

async function answerOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  control: ControlPlane,
  key: string,
  handler: () => Promise<unknown>,
): Promise<unknown> {
  const { method, url, body } = request;
  let refusal: unknown;
  const asked = { key, request: `${method} ${url}\n${canonicalJson(body)}` };
  const done = await askingOf(request, control).once(asked, async (asking) => {
    request.asking = asking;
    const payload = await handler();
    if (reply.statusCode >= 300) {
      refusal = payload;
      return undefined;
    }
    const { afterwards } = request;
    return {
      answer: answerOf(reply, payload),
      afterwards: afterwards === undefined ? undefined : async () => answerOf(reply, await afterwards()),
    };
  });
  if (!done.ok) {
    reply.removeHeader('etag');
    return refuse(reply, done.error);
  }
  if (done.value.kind === 'refused') return refusal;
  const { kind, answer } = done.value;
  if (kind === 'repeated') reply.header('idempotency-replayed', 'true');
  reply.code(answer.status).headers(answer.headers).type('application/json; charset=utf-8');
  return reply.send(answer.body);
}

function answerOf(reply: FastifyReply, payload: unknown): GivenAnswer {
  const etag = reply.getHeader('etag');
  return {
    status: reply.statusCode,
    headers: typeof etag === 'string' ? { etag } : {},
    body: String(reply.serialize(payload)),
  };
}
