import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Changed, ControlPlane } from '../../control/control-plane.ts';
import type { GatewayView } from '../../control/views.ts';
import { gatewayId } from '../../domain/ids.ts';
import { askerOf } from '../authenticate.ts';
import { askingOf, editHeaders, readHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  gateway,
  gatewayChange,
  gatewayChanged,
  gatewayInput,
  gatewayPage,
  gatewayParams,
  gatewayQuery,
  gatewayRemoved,
  toGateway,
  toGatewayPage,
} from '../schemas/gateway.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['Gateways'];

const changed = (reply: FastifyReply) => (change: Changed<GatewayView>) => {
  setTag(reply, { kind: 'gateway', view: change.value });
  return { ...toChangeFields(change), gateway: toGateway(change.value) };
};

export function gatewayRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/gateways',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'listGateways',
        summary: 'Gateways, in the order in which they are tried',
        querystring: gatewayQuery,
        response: { 200: gatewayPage, ...problems },
      },
    },
    (request, reply) => answer(reply, control.as(askerOf(request)).gateways(request.query), toGatewayPage),
  );
  api.post(
    '/gateways',
    {
      config: { audience: 'operator', once: true },
      schema: {
        tags,
        operationId: 'createGateway',
        summary: 'Add a gateway',
        body: gatewayInput,
        response: { 201: gatewayChanged, ...problems },
      },
    },
    (request, reply) =>
      answer(reply.code(201), askingOf(request, control).createGateway(request.body), changed(reply)),
  );
  api.get(
    '/gateways/:id',
    {
      config: { audience: 'operator', tagIsWhole: true },
      schema: {
        tags,
        operationId: 'getGateway',
        summary: 'One gateway',
        headers: readHeaders,
        params: gatewayParams,
        response: { 200: gateway, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).gateway(gatewayId(request.params.id)), (view) => {
        setTag(reply, { kind: 'gateway', view });
        return toGateway(view);
      }),
  );
  api.patch(
    '/gateways/:id',
    {
      config: { audience: 'operator' },
      schema: {
        tags,
        operationId: 'changeGateway',
        summary: 'Change a gateway',
        headers: editHeaders,
        params: gatewayParams,
        body: gatewayChange,
        response: { 200: gatewayChanged, ...stale(gateway), ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).changeGateway(gatewayId(request.params.id), request.body),
        changed(reply),
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
        headers: editHeaders,
        params: gatewayParams,
        response: { 200: gatewayRemoved, ...stale(gateway), ...problems },
      },
    },
    (request, reply) =>
      answer(reply, askingOf(request, control).removeGateway(gatewayId(request.params.id)), (change) => ({
        ...toChangeFields(change),
        removed: change.value.removed,
      })),
  );
}
