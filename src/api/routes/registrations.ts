import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import type { Scope } from '../../control/views.ts';
import { accountId, trunkGroupId } from '../../domain/ids.ts';
import { askerOf, scopeOf } from '../authenticate.ts';
import { answer, typed } from '../route.ts';
import { problems } from '../schemas/problem.ts';
import { registrationPage, registrationQuery, toRegistration } from '../schemas/registration.ts';

/** The operator may look with the eyes of one account; an account cannot look with another's. */
function narrowed(request: FastifyRequest, account: string | undefined): Scope {
  const scope = scopeOf(request);
  if (scope.kind === 'account' || account === undefined) return scope;
  return { kind: 'account', account: accountId(account) };
}

export function registrationRoutes(app: FastifyInstance, control: ControlPlane): void {
  typed(app).get(
    '/registrations',
    {
      config: { audience: 'both', forFailover: true },
      schema: {
        tags: ['Registrations'],
        operationId: 'listRegistrations',
        summary: 'The bindings of each trunk group at each trunk server',
        querystring: registrationQuery,
        response: { 200: registrationPage, ...problems },
      },
    },
    (request, reply) => {
      const { account, after, limit } = request.query;
      const page = { limit, after: after === undefined ? undefined : trunkGroupId(after) };
      return answer(
        reply,
        control.as(askerOf(request)).registrations(narrowed(request, account), page),
        ({ entries, next }) => ({
          entries: entries.map(toRegistration),
          next: next ?? null,
        }),
      );
    },
  );
}
