import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { demandLogin, loginOf } from '../authenticate.ts';
import { clearLogin, clientOf, setLogin } from '../login-cookie.ts';
import { answer, typed } from '../route.ts';
import {
  codeInput,
  loginParams,
  nothing,
  ownPassword,
  passwordChange,
  proposedFactor,
  recoveryCodes,
  session,
  sessionList,
  toSession,
  toSessionEntry,
} from '../schemas/login.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Log in'];
const done = { 204: nothing, ...problems };

/** What someone who is logged in does about the own login. No key opens these. */
export function sessionRoutes(app: FastifyInstance, control: ControlPlane): void {
  const { logins } = control;
  app.addHook('onRequest', demandLogin(control));
  const api = typed(app);
  api.get(
    '/session',
    {
      schema: {
        tags,
        operationId: 'getSession',
        summary: 'Who is logged in',
        response: { 200: session, ...problems },
      },
    },
    (request) => toSession(loginOf(request)),
  );
  api.delete(
    '/session',
    { schema: { tags, operationId: 'logOut', summary: 'Log out', response: done } },
    (request, reply) => {
      clearLogin(reply, logins.secure);
      return answer(reply.code(204), logins.logOut(loginOf(request), clientOf(request)), () => null);
    },
  );
  api.get(
    '/sessions',
    {
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Where the person is logged in',
        response: { 200: sessionList, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, logins.ofUser(loginOf(request)), (list) => ({ entries: list.map(toSessionEntry) })),
  );
  api.delete(
    '/sessions/:id',
    {
      schema: {
        tags,
        operationId: 'endSession',
        summary: 'End one of the own logins',
        params: loginParams,
        response: done,
      },
    },
    (request, reply) =>
      answer(reply.code(204), logins.end(loginOf(request), request.params.id, clientOf(request)), () => null),
  );
  api.post(
    '/password',
    {
      schema: {
        tags,
        operationId: 'changePassword',
        summary: 'Change the own password; the other logins of the person end',
        body: passwordChange,
        response: done,
      },
    },
    (request, reply) =>
      answer(
        reply.code(204),
        logins.changePassword(loginOf(request), request.body, clientOf(request)),
        (fresh) => {
          setLogin(reply, fresh, logins.secure);
          return null;
        },
      ),
  );
  api.post(
    '/second-factor',
    {
      schema: {
        tags,
        operationId: 'proposeSecondFactor',
        summary: 'Make a secret for an authenticator app; it counts once a code of it has come',
        body: ownPassword,
        response: { 200: proposedFactor, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        logins.beginTotp(loginOf(request), request.body.password, clientOf(request)),
        ({ secret, uri }) => ({ secret, otpauthUri: uri }),
      ),
  );
  api.put(
    '/second-factor',
    {
      schema: {
        tags,
        operationId: 'confirmSecondFactor',
        summary: 'Turn the second factor on with a code of the app; shows the recovery codes, once',
        body: codeInput,
        response: { 200: recoveryCodes, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, logins.confirmTotp(loginOf(request), request.body.code, clientOf(request)), (fresh) => {
        setLogin(reply, fresh, logins.secure);
        return { recoveryCodes: [...fresh.recoveryCodes] };
      }),
  );
  api.delete(
    '/second-factor',
    {
      schema: {
        tags,
        operationId: 'removeSecondFactor',
        summary: 'Turn the second factor off',
        body: ownPassword,
        response: done,
      },
    },
    (request, reply) =>
      answer(
        reply.code(204),
        logins.disableTotp(loginOf(request), request.body.password, clientOf(request)),
        (fresh) => {
          setLogin(reply, fresh, logins.secure);
          return null;
        },
      ),
  );
}
