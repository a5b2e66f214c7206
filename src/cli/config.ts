import { readFileSync, readlinkSync } from 'node:fs';
import {
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import type { z } from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import { FILE_VARIABLE, readEnvironment } from './config-environment.ts';
import { type Config, configSchema } from './config-schema.ts';
import { expectedAt, keysAt, SETTINGS, type Setting } from './config-settings.ts';
import { nearest } from './nearest.ts';

/** The settings file that is read when none is named; it need not exist. */
const DEFAULT_FILE = 'throughline.yaml';

export interface ConfigSource {
  /** From `--config`. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The file that was read; absent where there is none. */
  readonly file?: string;
  /** Where each setting that is not left at its default comes from, by its path, such as `policy.homeCountry`. */
  readonly origins: ReadonlyMap<string, 'file' | 'environment'>;
}

/** Reads file and environment (which wins), or says in one sentence each what is wrong, where, and what would be right. */
export function loadConfig(source: ConfigSource): Result<LoadedConfig, readonly string[]> {
  const named = source.file ?? (source.environment[FILE_VARIABLE] || undefined);
  const file = named ?? DEFAULT_FILE;
  let text = '';
  let found = true;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    found = false;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const target = code === 'ENOENT' ? linkTarget(file) : undefined;
    if (target !== undefined) {
      return err([`${file}: is a symbolic link to ${target}, which is not there; mend or remove the link`]);
    }
    if (named !== undefined || code !== 'ENOENT') {
      return err([`${file}: cannot be read (${String(code ?? error)}); name a readable file with --config`]);
    }
  }
  const parsed = parseConfig(text, file, source.environment);
  if (!parsed.ok) return parsed;
  const origins = originsOf(text, file, source.environment);
  return ok({ config: parsed.value, origins, ...(found ? { file } : {}) });
}

/** Of settings that can be read. */
function originsOf(
  text: string,
  file: string,
  environment: ConfigSource['environment'],
): LoadedConfig['origins'] {
  const origins = new Map<string, 'file' | 'environment'>();
  const yaml = readYaml(text, file);
  for (const { path } of SETTINGS) {
    if (yaml.ok && valueAt(yaml.value.settings, path) !== undefined) origins.set(path.join('.'), 'file');
  }
  for (const { setting } of readEnvironment(environment).values) {
    origins.set(setting.path.join('.'), 'environment');
  }
  return origins;
}

/** Where a symbolic link points; undefined for what is none. */
function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

/** The same from text, for a file that is not there. */
export function parseConfig(
  text: string,
  file: string,
  environment: ConfigSource['environment'],
): Result<Config, readonly string[]> {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const fromEnvironment = readEnvironment(environment);
  const variables = new Map<string, Setting>();
  const raw = yaml.value.settings;
  for (const { setting, value } of fromEnvironment.values) {
    if (put(raw, setting.path, value)) variables.set(setting.path.join('.'), setting);
  }
  const checked = configSchema.safeParse(raw);
  if (checked.success && fromEnvironment.problems.length === 0) return ok(checked.data);
  const problems = [...fromEnvironment.problems];
  for (const issue of checked.error?.issues ?? []) {
    for (const said of explain(issue, raw)) {
      const variable = variableBehind(issue.path, variables);
      const where =
        variable === undefined ? `${file}:${yaml.value.lineOf(said.path)}` : `environment: ${variable}`;
      problems.push(`${where}: ${said.sentence}`);
    }
  }
  return err(problems);
}

interface YamlSettings {
  readonly settings: Record<string, unknown>;
  lineOf(path: readonly PropertyKey[]): number;
}

function readYaml(text: string, file: string): Result<YamlSettings, readonly string[]> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    return err(
      document.errors.map(
        (error) => `${file}:${lineCounter.linePos(error.pos[0]).line}: ${explainYaml(error)}`,
      ),
    );
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return err([`${file}: not valid YAML: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const settings = content ?? {};
  withoutEmptyGroups(settings);
  if (!isRecord(settings)) {
    return err([
      `${file}:1: the file must be a list of settings such as "realm: throughline", each "key: value"`,
    ]);
  }
  return ok({ settings, lineOf: (path) => lineOf(document.contents, path, lineCounter) });
}

function explainYaml({ code, message }: YAMLParseError): string {
  return code === 'MULTIPLE_DOCS'
    ? 'a second YAML document begins here; put all settings into one and leave out the line "---"'
    : `not valid YAML: ${message}`;
}

/** A group all of whose keys are commented out reads as null; it means the same as no group. */
function withoutEmptyGroups(settings: unknown): void {
  if (!isRecord(settings)) return;
  for (const [key, value] of Object.entries(settings)) {
    if (value === null && keysAt([key]).length > 0) delete settings[key];
  }
}

/** The line where the value at `path` begins, or the closest thing above it that is in the file. */
function lineOf(contents: ParsedNode | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = contents;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items) && typeof key === 'number') {
      const item: unknown = node.items[key];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
}

/** Puts an environment value in its place; false where the file has no group there, which is then the problem. */
function put(raw: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  let group = raw;
  for (const key of path.slice(0, -1)) {
    const below: unknown = group[key] ?? {};
    if (!isRecord(below)) return false;
    group[key] = below;
    group = below;
  }
  const last = path.at(-1);
  if (last !== undefined) group[last] = value;
  return true;
}

function variableBehind(
  path: readonly PropertyKey[],
  variables: ReadonlyMap<string, Setting>,
): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const setting = variables.get(path.slice(0, length).join('.'));
    if (setting !== undefined) return setting.variable;
  }
  return undefined;
}

interface Sentence {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
}

function explain(issue: z.core.$ZodIssue, raw: unknown): Sentence[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const meant = nearest(key, known);
      const advice = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
      return { path, sentence: `${nameOf(path)} is not a setting; ${advice}` };
    });
  }
  const value = valueAt(raw, issue.path);
  const name = nameOf(issue.path);
  const has = value === undefined ? `${name} is missing` : `${name} ${show(name, value)}`;
  // A refinement without a message of its own says no more than "Invalid input".
  const isRule = issue.code === 'custom' && issue.message !== 'Invalid input';
  if (isRule) return [{ path: issue.path, sentence: `${has}; ${issue.message}` }];
  const expected = expectedAt(issue.path);
  return [
    {
      path: issue.path,
      sentence: expected === undefined ? `${has}; ${issue.message}` : `${has}; it must be ${expected}`,
    },
  ];
}

function nameOf(path: readonly PropertyKey[]): string {
  let name = '';
  for (const key of path) {
    if (typeof key === 'number') name += `[${key}]`;
    else name += name === '' ? String(key) : `.${String(key)}`;
  }
  return name;
}

/** A value for a message: short, on one line, and never a secret. */
function show(name: string, value: unknown): string {
  if (name === 'operatorKey' || name === 'sealingKey' || name === 'database' || name === 'mail.server')
    return 'cannot be used as it is';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isRecord(value)) value = value[String(key)];
    else return undefined;
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
