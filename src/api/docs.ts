import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PROBLEM_TYPE } from './problem.ts';

const TAGS = [
  { name: 'Accounts', description: 'Customers and the DIDs that they have. For the operator.' },
  { name: 'Own account', description: 'The account of the key. For its owners.' },
  { name: 'Log in', description: 'For people: the own login, password and second factor.' },
  { name: 'Users', description: 'The people who log in.' },
  { name: 'API keys', description: 'Keys of the operators and of accounts.' },
  { name: 'Trunk groups', description: 'PBXs of an account, each with its SIP credentials.' },
  { name: 'DIDs', description: 'Phone numbers, how their calls are delivered, and what would happen now.' },
  { name: 'Failover', description: 'Where calls go when the registered PBX cannot be reached.' },
  { name: 'Registrations', description: 'Which PBX is registered with which trunk server.' },
  { name: 'Calls', description: 'What became of each call, attempt by attempt.' },
  { name: 'Gateways', description: 'Carriers. For the operator.' },
  { name: 'Trunk servers', description: 'Where PBXs register, and how they are.' },
  { name: 'Revisions', description: 'When a change became active.' },
  { name: 'Events', description: 'What may have changed, as it happens.' },
  { name: 'Health', description: 'For load balancers and supervisors.' },
];

/** OpenAPI 3.1 out of the schemas of the routes: for people at /api/docs, for programs at /api/docs/json. */
export async function setDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Throughline',
        version,
        description: 'An inbound SIP trunk edge that does not lose calls.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'The operator key or an API key.' },
          login: {
            type: 'apiKey',
            in: 'cookie',
            name: 'throughline_login',
            description:
              'Of POST /session; behind HTTPS its name begins with __Host-. Changes need the header x-csrf-token, too.',
          },
        },
      },
      security: [{ key: [] }, { login: [] }],
    },
    transform: transformBodies,
    transformObject: (document) => {
      const whole = jsonSchemaTransformObject(document);
      const schemas = 'components' in whole ? (whole.components?.schemas ?? {}) : {};
      // Each named schema is listed for requests too; ours are in answers alone.
      for (const name of Object.keys(schemas)) if (name.endsWith('Input')) delete schemas[name];
      for (const path of Object.values(whole.paths ?? {})) nameAnswers(path);
      return whole;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    // Its policy sends the browser to HTTPS, which is not there on loopback or in a lab, and lets it ask a
    // validator on the Internet.
    transformStaticCSP: (header) =>
      header
        .replace('upgrade-insecure-requests;', '')
        .replace(' validator.swagger.io', '')
        .replaceAll(' https:', ''),
  });
}

const bodies = z.object({ content: z.record(z.string(), z.object({ schema: z.instanceof(z.ZodType) })) });

/** As the provider's own, which knows no body of several media types. */
const transformBodies: typeof jsonSchemaTransform = (document) => {
  if (!('schema' in document)) return jsonSchemaTransform(document);
  const { schema } = document;
  const several = bodies.safeParse(schema?.body);
  if (!several.success) return jsonSchemaTransform(document);
  const content = Object.entries(several.data.content).map(([type, one]) => {
    const described = jsonSchemaTransform({ ...document, schema: { body: one.schema } });
    return [type, { schema: described.schema.body }] as const;
  });
  const { body: _, ...rest } = schema;
  const transformed = jsonSchemaTransform({ ...document, schema: rest });
  return {
    ...transformed,
    schema: { ...transformed.schema, body: { content: Object.fromEntries(content) } },
  };
};

/** Fastify calls every answer "Default Response". */
const ANSWERS: Readonly<Record<string, string>> = {
  '200': 'Done; or what was asked for.',
  '201': 'It was made.',
  '202': 'It was taken, and is done afterwards.',
  '204': 'Done; there is nothing to say.',
  '412': 'It was changed since it was read; nothing was changed now. The problem has what is there.',
  '4XX': 'The request is refused. The problem says what was wrong, where, and what would be right.',
  '5XX': 'The service cannot do it now, or has a bug. Nothing was changed.',
};

const JSON_TYPE = 'application/json';

interface Answer {
  description?: unknown;
  content?: unknown;
  headers?: unknown;
}

const answers = z.custom<Record<string, Answer>>((value) => typeof value === 'object' && value !== null);
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string() })).default([]),
  responses: answers.default({}),
});
const operations = z.record(z.string(), operation);

const ETAG = {
  ETag: {
    description: 'Stands for the settings as they are after this answer; for If-Match of the next change.',
    schema: { type: 'string' },
  },
};

/** What still is there after its DELETE, without anything set. */
const RESTS = /Failover$/;

function takes({ parameters }: z.output<typeof operation>, header: string): boolean {
  return parameters.some(({ name }) => name === header);
}

/** Says of each answer what it is; problems have a media type of their own (RFC 9457), which a route's schemas lack. */
function nameAnswers(path: unknown): void {
  const found = operations.parse(path);
  const edited = Object.values(found).some((one) => takes(one, 'if-match'));
  for (const [method, one] of Object.entries(found)) {
    const { responses } = one;
    const done = responses['200'];
    if (done !== undefined && edited && (method !== 'delete' || RESTS.test(one.operationId))) {
      done.headers = ETAG;
    }
    if (takes(one, 'if-none-match')) {
      responses['304'] = { description: 'It is as it was: the ETag is the same.', headers: ETAG };
    }
    for (const [status, answer] of Object.entries(responses)) {
      if (answer.description === 'Default Response') answer.description = ANSWERS[status] ?? 'An answer.';
      const isProblem = /^[45]/.test(status);
      const { content } = answer;
      if (!isProblem || typeof content !== 'object' || content === null || !(JSON_TYPE in content)) continue;
      answer.content = { [PROBLEM_TYPE]: content[JSON_TYPE] };
    }
  }
}
