import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { sendDids } from '../csv/send-dids.ts';
import { jsonOrFile } from '../csv/write-csv.ts';
import { askingOf, editHeaders, setTag } from '../entity-tags.ts';
import { answer, typed } from '../route.ts';
import { toChangeFields } from '../schemas/common.ts';
import {
  did,
  didChange,
  didChanged,
  didPage,
  didParams,
  didsQuery,
  listedDid,
  toDid,
  toListedDid,
} from '../schemas/did.ts';
import { plan, toPlan } from '../schemas/plan.ts';
import { problems, stale } from '../schemas/problem.ts';

const tags = ['DIDs'];

export function didRoutes(app: FastifyInstance, control: ControlPlane): void {
  const api = typed(app);
  api.get(
    '/dids',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags,
        operationId: 'listDids',
        summary: 'DIDs, by number, also as a file',
        querystring: didsQuery,
        response: { 200: jsonOrFile(didPage), ...problems },
      },
    },
    (request, reply) => sendDids(request, reply, control.as(askerOf(request)), request.query),
  );
  api.get(
    '/dids/:number',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags,
        operationId: 'getDid',
        summary: 'One DID',
        params: didParams,
        response: { 200: listedDid, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).did(scopeOf(request), request.params.number), (view) => {
        setTag(reply, { kind: 'did', view });
        return toListedDid(view);
      }),
  );
  api.patch(
    '/dids/:number',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'changeDid',
        summary: 'Give a DID its own triggers, or those of its account again',
        headers: editHeaders,
        params: didParams,
        body: didChange,
        response: { 200: didChanged, ...stale(did), ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        askingOf(request, control).changeDid(scopeOf(request), request.params.number, request.body),
        (change) => {
          setTag(reply, { kind: 'did', view: change.value });
          return { ...toChangeFields(change), did: toDid(change.value) };
        },
      ),
  );
  api.get(
    '/dids/:number/plan',
    {
      config: { audience: 'both' },
      schema: {
        tags,
        operationId: 'planDid',
        summary: 'What would happen to a call for a DID now, and why',
        params: didParams,
        response: { 200: plan, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, control.as(askerOf(request)).plan(scopeOf(request), request.params.number), toPlan),
  );
}
