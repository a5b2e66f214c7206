import { z } from 'zod';
import type { Problem } from '../control/errors.ts';

/** A request that does not fit its schema. Thrown by the validator compiler, as Fastify wants it. */
export class RequestRefused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('the request does not fit its schema');
    this.problems = problems;
  }
}

/** What a route without a schema for it was sent all the same: query parameters, or fields in a body. */
export function unaskedFor(query: unknown, body: unknown): Problem[] {
  const found: Problem[] = [];
  for (const name of namesIn(query)) {
    found.push({ field: shorten(name), message: 'is not known; this route takes no parameters' });
  }
  for (const name of namesIn(body)) {
    found.push({ field: shorten(name), message: 'is not known; this route takes no body' });
  }
  return found;
}

/** The names of what is in it; `(the whole body)` for what is no object. */
function namesIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.keys(value).slice(0, 20) : ['(the whole body)'];
}

/** Says for each issue which field it is, what is wrong and what would be right. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, data: unknown): Problem[] {
  return issues.slice(0, 100).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      const advice = known.length === 0 ? '' : `; known here: ${known.join(', ')}`;
      return issue.keys.slice(0, 20).map((key) => ({
        field: fieldName([...issue.path, shorten(key)]),
        message: `is not known${advice}`,
      }));
    }
    return [{ field: fieldName(issue.path), message: messageOf(issue, data) }];
  });
}

function messageOf(issue: z.core.$ZodIssue, data: unknown): string {
  const right = rightValue(issue);
  return valueAt(data, issue.path) === undefined ? `is missing; it ${right}` : right;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** "must be …": what would have been right. Schemas with rules of their own word their message so themselves. */
function rightValue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must ${sized(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be a time such as 2026-11-23T09:30:00Z or 2026-11-23T10:30:00+01:00'
        : issue.message;
    default:
      return issue.message;
  }
}

function sized(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `have ${bound} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `be ${bound} ${limit}`;
}

function fieldName(path: readonly PropertyKey[]): string {
  let name = '';
  for (const key of path) {
    if (typeof key === 'number') name += `[${key}]`;
    else name += name === '' ? String(key) : `.${String(key)}`;
  }
  return name === '' ? '(the whole body)' : name;
}

function shorten(key: string): string {
  return key.length > 60 ? `${key.slice(0, 59)}…` : key;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

/** The fields that an object at `path` of the schema may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let nodes = choices(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  for (const key of path) {
    nodes = nodes.flatMap((node) =>
      choices(typeof key === 'number' ? node.items : node.properties?.[String(key)]),
    );
  }
  return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

/** A schema with all that stand in an `anyOf` below it. */
function choices(value: unknown): z.core.JSONSchema.BaseSchema[] {
  return isSchema(value) ? [value, ...(value.anyOf ?? []).flatMap(choices)] : [];
}

function isSchema(value: unknown): value is z.core.JSONSchema.BaseSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
