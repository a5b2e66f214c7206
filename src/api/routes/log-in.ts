import type { FastifyInstance } from 'fastify';
import type { ControlPlane } from '../../control/control-plane.ts';
import { clientOf, setLogin, tokenIn } from '../login-cookie.ts';
import { answer, typed } from '../route.ts';
import {
  chosenPassword,
  invitation,
  logInInput,
  nothing,
  resetInput,
  session,
  setUpInput,
  tokenParams,
  toSession,
} from '../schemas/login.ts';
import { problems } from '../schemas/problem.ts';

const tags = ['Log in'];
/** Open to all: the password or the link says who it is. */
const security: [] = [];

/** The ways in. */
export function logInRoutes(app: FastifyInstance, { logins }: ControlPlane): void {
  const api = typed(app);
  api.post(
    '/session',
    {
      schema: {
        tags,
        security,
        operationId: 'logIn',
        summary: 'Log in; the answer sets a cookie',
        body: logInInput,
        response: { 200: session, ...problems },
      },
    },
    (request, reply) =>
      answer(
        reply,
        logins.logIn(request.body, clientOf(request), tokenIn(request, logins.secure)),
        (fresh) => {
          setLogin(reply, fresh, logins.secure);
          return toSession(fresh.loggedIn);
        },
      ),
  );
  api.post(
    '/setup/:token',
    {
      schema: {
        tags,
        security,
        operationId: 'setUp',
        summary: 'Make the first operator with the link of the first start, and log in',
        params: tokenParams,
        body: setUpInput,
        response: { 200: session, ...problems },
      },
    },
    (request, reply) =>
      answer(reply, logins.setUp(request.params.token, request.body, clientOf(request)), (fresh) => {
        setLogin(reply, fresh, logins.secure);
        return toSession(fresh.loggedIn);
      }),
  );
  api.post(
    '/password-resets',
    {
      schema: {
        tags,
        security,
        operationId: 'askPasswordReset',
        summary: 'Ask for a mail with a link that sets a new password',
        description: 'Answers alike whether somebody has this e-mail address or nobody.',
        body: resetInput,
        response: { 202: nothing, ...problems },
      },
    },
    (request, reply) =>
      answer(reply.code(202), logins.askReset(request.body.email, clientOf(request)), () => null),
  );
  for (const { url, kind, name, what } of [
    { url: '/password-resets', kind: 'passwordReset', name: 'resetPassword', what: 'a mail' },
    { url: '/invitations', kind: 'invitation', name: 'acceptInvitation', what: 'an invitation' },
  ] as const) {
    api.post(
      `${url}/:token`,
      {
        schema: {
          tags,
          security,
          operationId: name,
          summary: `Set the password with the link of ${what}; every login from before ends`,
          params: tokenParams,
          body: chosenPassword,
          response: { 204: nothing, ...problems },
        },
      },
      (request, reply) => {
        const { token } = tokenParams.parse(request.params);
        const { password } = chosenPassword.parse(request.body);
        return answer(reply.code(204), logins.useLink(kind, token, password, clientOf(request)), () => null);
      },
    );
  }
  api.get(
    '/invitations/:token',
    {
      schema: {
        tags,
        security,
        operationId: 'getInvitation',
        summary: 'For whom an invitation is',
        params: tokenParams,
        response: { 200: invitation, ...problems },
      },
    },
    (request, reply) => answer(reply, logins.invitedBy(request.params.token), (value) => value),
  );
}
