import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assertNever } from '../base/assert-never.ts';
import type { ControlPlane } from '../control/control-plane.ts';
import { type Edited, type IfMatch, tagOf } from '../control/edit-tags.ts';
import { askerOf } from './authenticate.ts';
import { toAccount } from './schemas/account.ts';
import { toDid, toImportPreview } from './schemas/did.ts';
import { toFailoverAnswer, toMassPreview } from './schemas/failover.ts';
import { toGateway } from './schemas/gateway.ts';
import { toUser } from './schemas/login.ts';
import { toTrunkGroup } from './schemas/trunk-group.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Within one transaction, where the request must not be done twice. */
    asking: ControlPlane | undefined;
  }
  interface FastifyContextConfig {
    /** The tag stands for all that the answer says, so that a GET with If-None-Match may be answered with 304. */
    tagIsWhole?: true;
  }
}

/** RFC 9110 section 8.8.3, within a list whose elements may be empty (section 5.6.1). */
const TAG = /^(W\/)?("[\x21\x23-\x7e\x80-\xff]*")$/;

/** The elements of a list of entity tags, which may have commas in them; undefined where it is none. */
function tagsIn(text: string): readonly string[] | undefined {
  const parts = text.match(/(?:[^",]|"[^"]*"?)+/g) ?? [];
  const tags = parts.map((part) => part.trim()).filter((part) => part !== '');
  return tags.length > 0 && tags.every((tag) => TAG.test(tag)) ? tags : undefined;
}

function readIfMatch(text: string): IfMatch | undefined {
  if (text.trim() === '*') return { kind: 'any' };
  const tags = tagsIn(text);
  // Weak tags never match (section 13.1.1).
  return tags === undefined
    ? undefined
    : { kind: 'oneOf', tags: tags.filter((tag) => !tag.startsWith('W/')) };
}

/** The header of a change that may depend on what is there. */
export const editHeaders = z.looseObject({
  'if-match': z
    .string()
    .refine((text) => readIfMatch(text) !== undefined, {
      error: 'must be * or entity tags in quotes, as an ETag header of this API gave them',
    })
    .optional()
    .meta({
      description:
        'The ETag of what was read. Where that has changed since, nothing is changed and the answer is 412.',
      example: '"0c9Yl5yZ3XcTn1bQ5a2rVJkQkXk"',
    }),
});

/** The header of a GET that may be answered with 304. */
export const readHeaders = z.looseObject({
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'The ETag that is known. Where it is the same still, the answer is 304.' }),
});

/** The control plane for whoever asks, on the condition of the request. */
export function askingOf(request: FastifyRequest, control: ControlPlane): ControlPlane {
  return request.asking ?? control.as(askerOf(request), ifMatchOf(request));
}

/** On a route with `editHeaders`. */
export function ifMatchOf(request: FastifyRequest): IfMatch | undefined {
  const text = request.headers['if-match'];
  return text === undefined ? undefined : readIfMatch(text);
}

export function setTag(reply: FastifyReply, thing: Edited): void {
  reply.header('etag', tagOf(thing));
}

/** A hook behind the handlers: the answer without its body, where whoever asks has it. */
export async function answerUnchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const known = request.headers['if-none-match'];
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (known === undefined || !reads || reply.statusCode !== 200) return payload;
  if (request.routeOptions.config.tagIsWhole !== true) return payload;
  const tag = reply.getHeader('etag');
  const same = known.trim() === '*' || tagsIn(known)?.some((one) => one.replace(/^W\//, '') === tag);
  if (same !== true) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}

/** What is there now, as a GET of it answers. */
export function toEdited(thing: Edited): unknown {
  switch (thing.kind) {
    case 'account':
      return toAccount(thing.view);
    case 'did':
      return toDid(thing.view);
    case 'failover':
      return toFailoverAnswer(thing.view);
    case 'massFailover':
      return toMassPreview(thing.view);
    case 'didImport':
      return toImportPreview(thing.view);
    case 'gateway':
      return toGateway(thing.view);
    case 'trunkGroup':
      return toTrunkGroup(thing.view);
    case 'user':
      return toUser(thing.view);
    default:
      return assertNever(thing);
  }
}
