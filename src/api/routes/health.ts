import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { typed } from '../route.ts';
import { problem } from '../schemas/problem.ts';

const health = z.strictObject({ status: z.literal('ok'), version: z.string() });

/** Open to all, so it says no more than that the process answers. */
export function healthRoutes(app: FastifyInstance, { version }: { readonly version: string }): void {
  typed(app).get(
    '/health',
    {
      schema: {
        tags: ['Health'],
        operationId: 'getHealth',
        summary: 'Whether the process answers; needs no key',
        security: [],
        response: { 200: health, '4xx': problem },
      },
    },
    async () => ({ status: 'ok' as const, version }),
  );
}
