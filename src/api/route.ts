import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Result } from '../base/result.ts';
import type { ControlError } from '../control/errors.ts';
import { refuse } from './problem.ts';
import type { ProblemDocument } from './schemas/problem.ts';

/** A Fastify instance whose handlers get their types from the zod schemas of their routes. */
export function typed(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

/** The body of the answer where the control plane said yes; else the problem document. */
export async function answer<T, B>(
  reply: FastifyReply,
  result: Promise<Result<T, ControlError>>,
  body: (value: T) => B,
): Promise<B | ProblemDocument> {
  const settled = await result;
  return settled.ok ? body(settled.value) : refuse(reply, settled.error);
}
