import type { FastifyInstance } from 'fastify';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { GatewayView } from '../../control/views.ts';
import { gatewayId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  gateway,
  gatewayChange,
  gatewayChanged,
  gatewayInput,
  gatewayList,
  gatewayParams,
  gatewayRemoved,
  toGateway,
} from '../schemas/gateway.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Gateways'];

const changed = (change: Changed<GatewayView>) => ({
  ...toChangeFields(change),
  gateway: toGateway(change.value),
});

export function gatewayRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/gateways',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'listGateways',
        summary: 'All gateways',
        response: { 200: gatewayList, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).gateways(), (list) => ({ entries: list.map(toGateway) })),
  );
  api.post(
    '/gateways',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'createGateway',
        summary: 'Add a gateway',
        body: gatewayInput,
        response: { 201: gatewayChanged, ...problems },
      },
    },
    (request, reply) =>
      answer(reply.code(201), control.as(askerOf(request)).createGateway(request.body), changed),
  );
  api.get(
    '/gateways/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'getGateway',
        summary: 'One gateway',
        params: gatewayParams,
        response: { 200: gateway, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).gateway(gatewayId(request.params.id)), toGateway),
  );
  api.patch(
    '/gateways/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'changeGateway',
        summary: 'Change a gateway',
        params: gatewayParams,
        body: gatewayChange,
        response: { 200: gatewayChanged, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        control.as(askerOf(request)).changeGateway(gatewayId(request.params.id), request.body),
        changed,
      ),
  );
  api.delete(
    '/gateways/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'removeGateway',
        summary: 'Remove a gateway',
        params: gatewayParams,
        response: { 200: gatewayRemoved, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).removeGateway(gatewayId(request.params.id)), (change) => ({
        ...toChangeFields(change),
        removed: change.value.removed,
      })),
  );
}
