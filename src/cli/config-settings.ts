import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** One leaf of the settings tree, as messages and documentation need it. */
export interface Setting {
  /** Keys from the top of the file: ['http', 'port']. */
  readonly path: readonly string[];
  /** The environment variable that overrides it. */
  readonly variable: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list' | 'trunkServers';
  readonly expects: string;
  readonly about: string;
  /** As JSON; absent where there is none. */
  readonly defaultValue?: unknown;
}

type Tree = z.core.JSONSchema.BaseSchema;

const tree: Tree = z.toJSONSchema(configSchema, { io: 'input' });

/** `http.port` → `THROUGHLINE_HTTP_PORT`, `policy.homeCountry` → `THROUGHLINE_POLICY_HOME_COUNTRY`. */
export function variableName(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase());
  return `THROUGHLINE_${words.join('_')}`;
}

function typeOf(node: Tree): Setting['type'] {
  if (node.type === 'array') {
    const items = node.items;
    return typeof items === 'object' && !Array.isArray(items) && items.type === 'object'
      ? 'trunkServers'
      : 'list';
  }
  if (node.type === 'integer' || node.type === 'number') return 'number';
  return node.type === 'boolean' ? 'boolean' : 'text';
}

function expectsOf({ expects }: Tree): string | undefined {
  return typeof expects === 'string' ? expects : undefined;
}

function* leaves(node: Tree, path: readonly string[]): Generator<Setting> {
  if (node.properties === undefined) {
    yield {
      path,
      variable: variableName(path),
      type: typeOf(node),
      expects: expectsOf(node) ?? '',
      about: node.description ?? '',
      ...(node.default === undefined ? {} : { defaultValue: node.default }),
    };
    return;
  }
  for (const [key, child] of Object.entries(node.properties)) {
    if (typeof child === 'object') yield* leaves(child, [...path, key]);
  }
}

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...leaves(tree, [])];

function childOf(node: Tree, key: PropertyKey): Tree | undefined {
  const child = typeof key === 'number' ? node.items : node.properties?.[String(key)];
  return typeof child === 'object' && !Array.isArray(child) ? child : undefined;
}

/** What a right value at `path` looks like, from the closest node above it that says so. */
export function expectedAt(path: readonly PropertyKey[]): string | undefined {
  let node: Tree | undefined = tree;
  let expects: string | undefined;
  for (const key of path) {
    node = childOf(node, key);
    if (node === undefined) return expects;
    expects = expectsOf(node) ?? expects;
  }
  if (expects === undefined && node.properties !== undefined) {
    return `a group with the keys ${Object.keys(node.properties).join(', ')}`;
  }
  return expects;
}

/** The keys that may stand in the group at `path`. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let node: Tree | undefined = tree;
  for (const key of path) {
    node = childOf(node, key);
    if (node === undefined) return [];
  }
  return Object.keys(node.properties ?? {});
}
