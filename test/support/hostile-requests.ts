import fc from 'fast-check';
import Papa from 'papaparse';
import { z } from 'zod';

/** A JSON Schema as far as the OpenAPI document uses it. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minItems?: number | undefined;
  readonly format?: string | undefined;
  readonly example?: unknown;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
    allOf: z.array(schema).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minItems: z.number().optional(),
    format: z.string().optional(),
    example: z.unknown().optional(),
  }),
);

const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema })) }).optional(),
});
const apiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema).default({}) }),
});

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  /** What its body may be, by media type. */
  readonly bodies: readonly { readonly type: string; readonly schema: Schema }[];
}

export interface HostileRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Every operation of an OpenAPI document. */
export function operationsOf(document: unknown): readonly Operation[] {
  const { paths } = apiDocument.parse(document);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
      method,
      path,
      parameters,
      bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema: of }]) => ({
        type,
        schema: of,
      })),
    })),
  );
}

/** What breaks programs: NUL, lone surrogates, right-to-left marks, what SQL, JSON, URLs and paths take for theirs. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfffy',
  '\u202e\u0000',
  '٣٣٣',
  "' or 1=1 --",
  '%',
  '%00',
  '../../etc/passwd',
  '{"a":1}',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e400',
  '99999999999999999999',
  'NaN',
  '[::1]:5060;transport=tls',
  'sip:a@[::',
  '2026-02-30T25:61:61Z',
  '+'.repeat(40),
  'a'.repeat(201),
  '9'.repeat(5_000),
  '🦊'.repeat(3_000),
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>(...NASTY),
  fc.constantFrom<unknown>(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, true, false, null, [], {}),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const wrong = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('id', 'to', '__proto__', 'constructor', '\0'), leaf),
  },
);

/** Whole bodies that fit nothing; the longest are just below and above what a body may have. */
const brokenBody = fc.constantFrom(
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '0',
  '\0',
  '{"name":"\\ud800"}',
  '{"name":"a","name":"b"}',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{}}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"to":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `{"name":"${'x'.repeat(900_000)}"}`,
  `{"name":"${'x'.repeat(1_100_000)}"}`,
  `{"numbers":[${'"5125550100",'.repeat(70_000)}"5125550100"]}`,
  `{"numbers":[${Array.from({ length: 10_000 }, (_, n) => `"${5_125_600_000 + n}"`).join()}]}`,
);

interface Payload {
  readonly type: string;
  readonly content: string;
}

/** Files of DIDs: with what exists, with what is wrong in a cell, and with what is no such file. */
function file(known: fc.Arbitrary<string>, wrongs: number): fc.Arbitrary<string> {
  const column = fc.constantFrom(
    'trunk group',
    'failover number',
    'backup',
    ...(wrongs === 0 ? [] : ['nuber', '']),
  );
  const nasty = fc.constantFrom(...NASTY, "'=1", '"', '1,2', '5.12556E+09', 'trunk group PBX');
  const cell =
    wrongs === 0 ? known : fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: nasty });
  const rows = fc
    .tuple(column, fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }))
    .map(([name, lines]) => Papa.unparse([['number', name], ...lines]));
  const broken = fc.constantFrom(...NASTY, '"'.repeat(1_000_000), 'number,backup\n"', 'a'.repeat(5_000_000));
  return wrongs === 0 ? rows : fc.oneof({ weight: 5, arbitrary: rows }, { weight: 1, arbitrary: broken });
}

const header = fc.constantFrom(
  'text/csv',
  '"1"',
  '*',
  'W/"x"',
  'x'.repeat(2_000),
  '\u00e9',
  '""',
  '"a", "b"',
  '0',
);

/**
 * Requests for an operation: some as its schema wants them, with things that exist (`known`) now and then; some with
 * one or more parts that are wrong; some that are nothing at all.
 */
export function requestsFor(
  { path, parameters, bodies }: Operation,
  components: unknown,
  known: readonly string[],
): fc.Arbitrary<HostileRequest> {
  const { schemas } = apiDocument.parse(components).components;
  const text = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...known) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('5125550100', '+12125550177', '911', '10.0.0.1', 'pbx.example.com:5062'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
  );

  function fitting(of: Schema, depth: number, wrongs: number): fc.Arbitrary<unknown> {
    const right = rightly(of, depth, wrongs);
    return wrongs === 0
      ? right
      : fc.oneof({ weight: 12, arbitrary: right }, { weight: wrongs, arbitrary: wrong });
  }

  function rightly(of: Schema, depth: number, wrongs: number): fc.Arbitrary<unknown> {
    if (depth > 8) return fc.constant(null);
    if (of.$ref !== undefined)
      return fitting(schemas[of.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1, wrongs);
    if (of.enum !== undefined) return fc.constantFrom(...of.enum);
    if (of.const !== undefined) return fc.constant(of.const);
    const choices = of.anyOf ?? of.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((one) => fitting(one, depth + 1, wrongs)));
    const types = typeof of.type === 'string' ? [of.type] : (of.type ?? []);
    return types.length === 0 ? wrong : fc.oneof(...types.map((type) => ofType(type, of, depth, wrongs)));
  }

  function ofType(type: string, of: Schema, depth: number, wrongs: number): fc.Arbitrary<unknown> {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number': {
        const min = Math.max(of.minimum ?? 0, -(2 ** 31));
        return fc.integer({ min, max: Math.min(Math.max(of.maximum ?? 1_000, min), 2 ** 31 - 1) });
      }
      case 'array':
        return fc.array(fitting(of.items ?? {}, depth + 1, wrongs), {
          minLength: of.minItems ?? 0,
          maxLength: (of.minItems ?? 0) + 4,
        });
      case 'object': {
        const properties = Object.entries(of.properties ?? {}).map(
          ([name, one]) => [name, fitting(one, depth + 1, wrongs)] as const,
        );
        const record = fc.record(Object.fromEntries(properties), { requiredKeys: [...(of.required ?? [])] });
        if (wrongs === 0) return record;
        const unknown = fc.dictionary(fc.constantFrom('nuber', 'account', '__proto__', ''), leaf, {
          maxKeys: 1,
        });
        return fc.tuple(record, unknown).map(([some, more]) => ({ ...some, ...more }));
      }
      default:
        if (of.format === 'date-time')
          return fc.constantFrom('2026-11-23T09:30:00Z', '2099-01-01T00:00:00+01:00');
        return of.example === undefined ? text : fc.oneof(text, fc.constant(of.example));
    }
  }

  const shapedAs =
    (wrongs: number) =>
    ({ type, schema: of }: Operation['bodies'][number]): fc.Arbitrary<Payload> =>
      type === 'text/csv'
        ? file(text, wrongs).map((content) => ({ type, content }))
        : fitting(of, 0, wrongs).map((one) => ({ type, content: JSON.stringify(one) }));

  return fc.constantFrom(0, 0, 1, 4).chain((wrongs) => {
    const values = parameters.map((one) =>
      one.in === 'query'
        ? fc.option(fitting(one.schema, 0, wrongs), { nil: undefined })
        : fitting(one.schema, 0, wrongs),
    );
    const shaped = fc.oneof(
      ...(bodies.length === 0 ? [fc.constant(undefined)] : bodies.map(shapedAs(wrongs))),
    );
    const broken = brokenBody.map((content): Payload => ({ type: 'application/json', content }));
    const payload =
      wrongs === 0 ? shaped : fc.oneof({ weight: 5, arbitrary: shaped }, { weight: 1, arbitrary: broken });
    const strange = fc.dictionary(
      fc.constantFrom(
        'if-match',
        'if-none-match',
        'idempotency-key',
        'x-csrf-token',
        'cookie',
        'accept',
        'content-type',
      ),
      header,
      { maxKeys: wrongs === 0 ? 0 : 2 },
    );
    return fc.tuple(fc.tuple(...values), payload, strange).map(([filled, sent, headers]) => ({
      url: urlOf(path, parameters, filled),
      headers: { ...(sent === undefined ? {} : { 'content-type': sent.type }), ...headers },
      body: sent?.content,
    }));
  });
}

function urlOf(path: string, parameters: Operation['parameters'], values: readonly unknown[]): string {
  let filled = path;
  const query: string[] = [];
  for (const [at, { name, in: where }] of parameters.entries()) {
    const value = values[at];
    if (value === undefined) continue;
    const plain = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    // What no program encodes so: half a character, and a percent sign with nothing behind it.
    const encoded = plain.isWellFormed() ? encodeURIComponent(plain) : '%ed%a0%80';
    const text = plain === '%' ? '%' : encoded;
    if (where === 'query') query.push(`${name}=${text}`);
    else filled = filled.replace(`{${name}}`, () => text.slice(0, 3_000) || '%20');
  }
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}
