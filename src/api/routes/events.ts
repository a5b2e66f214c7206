import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ControlPlane } from '../../control/control-plane.ts';
import { LIVE_TOPICS } from '../../control/live-events.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { refuseHttp } from '../problem.ts';
import { typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';

const HEART_BEAT_MS = 15_000;
/** A listener comes again with its key or login, so that one that was revoked hears nothing for longer. */
const LONGEST_MS = 5 * 60_000;
/** A reader that does not read is cut off, in bytes. */
const UNREAD = 64 * 1024;

const changed = z
  .strictObject({ topics: z.array(z.enum(LIVE_TOPICS)) })
  .meta({ description: 'What may have changed. Ask for what you show of it again.' });

export function eventRoutes(app: FastifyInstance, control: ControlPlane): void {
  typed(app).get(
    '/events',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags: ['Events'],
        operationId: 'listenToEvents',
        summary: 'What may have changed, as it happens',
        description:
          'With "Accept: text/event-stream": a stream of events (HTML Standard, 9.2), each with this document as its data; the first names all topics, so that a reader that comes again misses nothing. A comment comes every 15 s, and the stream ends after 5 minutes: come again. Otherwise: the first event alone.',
        response: { 200: changed, ...problems },
      },
    },
    (request, reply) => {
      const all = { topics: [...LIVE_TOPICS] };
      if (request.headers.accept?.includes('text/event-stream') !== true) return all;
      const stream = reply.raw;
      const send = (text: string): void => {
        stream.write(text);
        if (stream.writableLength > UNREAD) stream.destroy();
      };
      const tell = (topics: readonly string[]) =>
        send(`event: changed\ndata: ${JSON.stringify({ topics })}\n\n`);
      const end = control.as(askerOf(request)).hear(scopeOf(request), tell);
      if (end === undefined)
        return refuseHttp(reply, 429, 'Too many listen already; end other streams first.');
      reply.hijack();
      stream.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // Or a proxy in front may keep it back.
        'x-accel-buffering': 'no',
      });
      send('retry: 1000\n');
      tell(all.topics);
      const heart = setInterval(() => send(': here\n\n'), HEART_BEAT_MS);
      const longest = setTimeout(() => stream.end(), LONGEST_MS);
      stream.once('close', () => {
        clearInterval(heart);
        clearTimeout(longest);
        end();
      });
      return undefined;
    },
  );
}
