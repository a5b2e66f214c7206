import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';
import { toTrunkServer, trunkServerList } from '../schemas/trunk-server.ts';

export function trunkServerRoutes(app: FastifyInstance, control: ControlPlane): void {
  typed(app).get(
    '/trunk-servers',
    {
      config: { audience: 'both' },
      schema: {
        tags: ['Trunk servers'],
        operationId: 'listTrunkServers',
        summary: 'The trunk servers, how they are and what they route by',
        response: { 200: trunkServerList, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).trunkServers(), (list) => ({
        entries: list.map((view) =>
          // How busy the service is, is the operator's.
          toTrunkServer(scopeOf(request).kind === 'operator' ? view : { ...view, health: undefined }),
        ),
      })),
  );
}
