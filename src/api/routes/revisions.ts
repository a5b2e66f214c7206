import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { askerOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';
import { revisionAnswer, revisionParams, toRevision } from '../schemas/revision.ts';

export function revisionRoutes(app: FastifyInstance, control: ControlPlane): void {
  typed(app).get(
    '/revisions/:n',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags: ['Revisions'],
        operationId: 'getRevision',
        summary: 'Which trunk servers route by a revision, and since when',
        params: revisionParams,
        response: { 200: revisionAnswer, ...problems },
      },
    },
    (request, reply) => answer(reply, control.as(askerOf(request)).revision(request.params.n), toRevision),
  );
}
