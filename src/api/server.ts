import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { ControlPlane } from '../control/control-plane.ts';
import { admit, demandAudience } from './audience.ts';
import { authenticate } from './authenticate.ts';
import { trustIn } from './client-address.ts';
import { CSV_LIMIT, takeCsv } from './csv/body.ts';
import { setDocs } from './docs.ts';
import { answerUnchanged } from './entity-tags.ts';
import type { AnsweredRequest } from './metrics.ts';
import { doOnce } from './once.ts';
import { type PortalPage, servePortal } from './portal.ts';
import { refuseHttp, refuseInternal, refuseRequest, refuseRoute } from './problem.ts';
import { refuseConnection } from './refuse-connection.ts';
import { problemsOf, RequestRefused, unaskedFor } from './request-problems.ts';
import { accountDidRoutes } from './routes/account-dids.ts';
import { accountRoutes } from './routes/accounts.ts';
import { addDidsRoute } from './routes/add-dids.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditRoutes } from './routes/audit.ts';
import { callRoutes } from './routes/calls.ts';
import { didRoutes } from './routes/dids.ts';
import { eventRoutes } from './routes/events.ts';
import { failoverRoutes } from './routes/failover.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { healthRoutes } from './routes/health.ts';
import { logInRoutes } from './routes/log-in.ts';
import { massFailoverRoutes } from './routes/mass-failover.ts';
import { ownAccountRoutes } from './routes/own-account.ts';
import { registrationRoutes } from './routes/registrations.ts';
import { revisionRoutes } from './routes/revisions.ts';
import { serviceRoutes } from './routes/service.ts';
import { sessionRoutes } from './routes/session.ts';
import { trunkGroupRoutes } from './routes/trunk-groups.ts';
import { trunkServerRoutes } from './routes/trunk-servers.ts';
import { userRoutes } from './routes/users.ts';

export interface ApiOptions {
  readonly control: ControlPlane;
  /** For the document and `/health`. */
  readonly version: string;
  /** Resolves once the trunk servers answer; absent: they do. */
  readonly ready?: Promise<void>;
  /** The folder of the built portal; absent: the API alone. */
  readonly portal?: string;
  /** Addresses and ranges of the proxies in front, which say in X-Forwarded-For where a request came from. */
  readonly trustedProxies?: readonly string[];
  /** Beyond it connections are closed as they come, so that a flood leaves the process files for calls; 4,000 by default. */
  readonly mostConnections?: number;
  /** Is told of every request that was answered. */
  readonly onAnswered?: (request: AnsweredRequest) => void;
  /** Is told of every request that a bug of ours made fail. */
  readonly onBug: (error: unknown, request: { readonly method: string; readonly url: string }) => void;
}

/** 10,000 numbers as a person may write them fit; more in one request has no use. */
const BODY_LIMIT = 1024 * 1024;
/** What anybody may send, before it is known who asks: reading a larger body can take the main thread a second. */
const OPEN_BODY_LIMIT = 16 * 1024;
const JSON_TYPE = 'application/json';

const NO_STORE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The whole REST API over a control plane, ready for `listen` or `inject`. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: OPEN_BODY_LIMIT,
    requestTimeout: 30_000,
    trustProxy: trustIn(options.trustedProxies ?? []),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      reply.send(refuseHttp(reply, error.statusCode ?? 400, error.message));
    },
  });
  app.server.maxConnections = options.mostConnections ?? 4_000;
  app.decorateRequest('asker', undefined);
  app.decorateRequest('loggedIn', undefined);
  app.decorateRequest('asking', undefined);
  app.decorateRequest('afterwards', undefined);
  setValidation(app);
  const page = options.portal === undefined ? undefined : await servePortal(app, options.portal);
  setErrors(app, options, page);
  const { onAnswered } = options;
  if (onAnswered !== undefined) {
    app.addHook('onResponse', async (request, reply) => {
      const { method, routeOptions } = request;
      const route = routeOptions.url ?? 'none';
      onAnswered({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1_000 });
    });
  }
  setBodies(app);
  await setDocs(app, options.version);
  await app.register(
    async (api) => {
      api.addHook('onSend', async (request, reply, payload) => {
        reply.headers(NO_STORE);
        return await answerUnchanged(request, reply, payload);
      });
      api.addHook('preHandler', async (request) => {
        const schema = request.routeOptions.schema;
        const query = schema?.querystring === undefined ? request.query : undefined;
        const problems = unaskedFor(query, schema?.body === undefined ? request.body : undefined);
        if (problems.length > 0) throw new RequestRefused(problems);
      });
      healthRoutes(api, options);
      logInRoutes(api, options.control);
      await api.register(async (own) => sessionRoutes(own, options.control));
      await api.register(async (keyed) => {
        keyed.addHook('onRoute', demandAudience);
        keyed.removeContentTypeParser(JSON_TYPE);
        takeJson(keyed, BODY_LIMIT);
        keyed.addHook('onRoute', doOnce(options.control));
        keyed.addHook('onRequest', authenticate(options.control));
        keyed.addHook('onRequest', admit);
        accountRoutes(keyed, options.control);
        ownAccountRoutes(keyed, options.control);
        apiKeyRoutes(keyed, options.control);
        userRoutes(keyed, options.control);
        accountDidRoutes(keyed, options.control);
        didRoutes(keyed, options.control);
        failoverRoutes(keyed, options.control);
        await keyed.register(async (files) => {
          takeCsv(files);
          addDidsRoute(files, options.control);
          massFailoverRoutes(files, options.control);
        });
        trunkGroupRoutes(keyed, options.control);
        gatewayRoutes(keyed, options.control);
        registrationRoutes(keyed, options.control);
        trunkServerRoutes(keyed, options.control);
        serviceRoutes(keyed, options.control, options);
        callRoutes(keyed, options.control);
        auditRoutes(keyed, options.control);
        revisionRoutes(keyed, options.control);
        eventRoutes(keyed, options.control);
      });
    },
    { prefix: '/api/v1' },
  );
  return app;
}

function setValidation(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: new RequestRefused(problemsOf(result.error.issues, schema, data)) };
  });
  app.setSerializerCompiler(serializerCompiler);
}

function setErrors(app: FastifyInstance, { onBug }: ApiOptions, page: PortalPage | undefined): void {
  app.setNotFoundHandler(
    (request, reply) => page?.(request, reply) ?? reply.send(refuseRoute(reply, request.method, request.url)),
  );
  app.setErrorHandler<FastifyError | RequestRefused>((error, request, reply) => {
    if (error instanceof RequestRefused) return reply.send(refuseRequest(reply, error.problems));
    const status = error.statusCode ?? 500;
    // What a static file server says of a path that leads out of its folder.
    if (status === 403) return reply.send(refuseRoute(reply, request.method, request.url));
    if (status >= 400 && status < 500)
      return reply.send(
        refuseHttp(reply, status, explainHttp(error, request.routeOptions.config.audience !== undefined)),
      );
    onBug(error, { method: request.method, url: request.url });
    return reply.send(refuseInternal(reply));
  });
}

/** `keyed`: whether the route is behind a key or a login. */
function explainHttp(error: FastifyError, keyed: boolean): string {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return keyed
        ? `The body is too large; at most ${BODY_LIMIT} bytes of JSON are read, and ${CSV_LIMIT} of a file.`
        : `The body is too large; at most ${OPEN_BODY_LIMIT} bytes are read here.`;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'Send the body as JSON, with "Content-Type: application/json"; files, with text/csv, are taken for DIDs alone.';
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return 'The body is not valid JSON.';
    default:
      return error.message;
  }
}

/** JSON alone, and little of it: what is behind a key reads more. */
function setBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  takeJson(app, OPEN_BODY_LIMIT);
}

/** An empty body counts as none, because many programs send its media type with a DELETE. */
function takeJson(app: FastifyInstance, bodyLimit: number): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'string', bodyLimit }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else {
      const text = body.toString();
      parseJson(request, text, (error, value) => {
        if (error !== null && isJson(text)) done(new RequestRefused([FORBIDDEN_KEY]));
        else done(error, value);
      });
    }
  });
}

const FORBIDDEN_KEY = {
  field: '(the whole body)',
  message: 'has a key "__proto__" or "constructor", which nothing here has; leave it out',
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
