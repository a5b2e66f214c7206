import type { FastifyInstance, FastifyReply, FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import type { Result } from '../base/result.ts';
import type { ControlError } from '../control/errors.ts';
import { refuse } from './problem.ts';
import type { ProblemDocument } from './schemas/problem.ts';

/** What a schema reads: a zod schema, or one for each media type. */
type OutputOf<S> = S extends z.ZodType
  ? z.output<S>
  : S extends { content: infer C }
    ? { [Type in keyof C]: C[Type] extends { schema: infer M } ? OutputOf<M> : never }[keyof C]
    : unknown;

interface Schemas extends FastifyTypeProvider {
  validator: OutputOf<this['schema']>;
  serializer: OutputOf<this['schema']>;
}

/** A Fastify instance whose handlers get their types from the zod schemas of their routes. */
export function typed(app: FastifyInstance) {
  return app.withTypeProvider<Schemas>();
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
