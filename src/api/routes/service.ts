import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { askerOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';
import { policy, service, toPolicy, toService } from '../schemas/service.ts';

const tags = ['Service'];
const config = { audience: 'operator' } as const;

/** How the service is, and what the operator allows. */
export function serviceRoutes(
  app: FastifyInstance,
  control: ControlPlane,
  { version }: { readonly version: string },
): void {
  const api = typed(app);
  api.get(
    '/service',
    {
      config,
      schema: {
        tags,
        operationId: 'getService',
        summary: 'How the process is that answers, and its database',
        response: { 200: service, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).service(), (view) => toService(view, version)),
  );
  api.get(
    '/policy',
    {
      config,
      schema: {
        tags,
        operationId: 'getPolicy',
        summary: 'Where failover may point, and where that is set',
        response: { 200: policy, ...problems },
      },
    },
    (request, reply) => answer(reply, control.as(askerOf(request)).policy(), toPolicy),
  );
}
