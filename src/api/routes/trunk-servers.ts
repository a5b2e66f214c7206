import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { trunkServerId } from '../../domain/ids.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';
import {
  toTrunkServer,
  trunkServerList,
  trunkServerParams,
  trunkServerRemoved,
} from '../schemas/trunk-server.ts';

export function trunkServerRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/trunk-servers',
    {
      config: { audience: 'both', forFailover: true },
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
  api.delete(
    '/trunk-servers/:name',
    {
      config: { audience: 'operator' },
      schema: {
        tags: ['Trunk servers'],
        operationId: 'removeTrunkServer',
        summary: 'Forget a trunk server that is away for good, with its bindings',
        params: trunkServerParams,
        response: { 200: trunkServerRemoved, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        control.as(askerOf(request)).removeTrunkServer(trunkServerId(request.params.name)),
        ({ removed }) => ({ removed }),
      ),
  );
}
