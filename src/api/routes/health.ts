import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { typed } from '../route.ts';
import { problem } from '../schemas/problem.ts';

const health = z.strictObject({ status: z.literal('ok'), version: z.string() });

/** A trunk server that still waits for the database must not make the process look dead. */
const LONGEST_START_MS = 3_000;

export interface HealthOptions {
  readonly version: string;
  /** Resolves once the trunk servers answer: who asks during a start is answered then, and sends calls. */
  readonly ready?: Promise<void>;
}

/** Open to all, so it says no more than that the process answers. */
export function healthRoutes(app: FastifyInstance, { version, ready }: HealthOptions): void {
  const started = Promise.race([ready, sleep(LONGEST_START_MS, undefined, { ref: false })]);
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
    async () => {
      await started;
      return { status: 'ok' as const, version };
    },
  );
}
