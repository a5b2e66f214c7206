import { texts } from '../texts/en.ts';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
  /** In a file. */
  readonly line?: number;
  readonly column?: string;
}

/** What the API said no to, in its own words (RFC 9457). Status 0: it could not be asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: readonly FieldProblem[];
  readonly #current: unknown;
  readonly #tag: string | null;
  /** Why a log-in failed: `password`, `codeNeeded` or `code`. */
  readonly reason: string | undefined;

  constructor(status: number, problem: Problem, tag: string | null = null) {
    super(problem.detail ?? `${status}`);
    this.status = status;
    this.fields = problem.errors ?? [];
    this.reason = problem.reason;
    this.#current = problem.current;
    this.#tag = tag;
  }

  /** What is there now, where the change was refused because it is not what was read before. */
  now<T>(): Tagged<T> | undefined {
    return this.status === 412 && this.#tag !== null && this.#current !== undefined
      ? JSON.parse(JSON.stringify({ value: this.#current, tag: this.#tag }))
      : undefined;
  }

  /** What was wrong with a field, or with something inside of it. */
  about(field: string): string | undefined {
    return this.fields.find((one) => one.field === field || one.field.endsWith(`.${field}`))?.message;
  }
}

/** What was read, and its ETag: what a change of it goes with. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}

interface Problem {
  readonly current?: unknown;
  readonly detail?: string;
  readonly errors?: ApiError['fields'];
  readonly reason?: string;
}

const KEY = 'throughline-key';
let csrfToken: string | undefined;
let onLoggedOut: () => void = () => {};

export const keptKey = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (key: string): void => sessionStorage.setItem(KEY, key),
  forget: (): void => sessionStorage.removeItem(KEY),
};

export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Is called when an answer says that whoever was logged in is not any more. */
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Conditions {
  /** The change is made only while this is the ETag. */
  readonly ifMatch?: string;
  /** An Idempotency-Key: asked again with it, it is not done again. */
  readonly once?: string;
}

/** Asks the API below /api/v1. Throws an ApiError. */
export async function ask<T>(
  method: Method,
  path: string,
  body?: unknown,
  conditions: Conditions = {},
): Promise<T> {
  return (await askTagged<T>(path, method, body, conditions)).value;
}

/** Asks for a CSV file. */
export async function askFile(path: string): Promise<Blob> {
  const response = await respond('GET', path, undefined, { accept: 'text/csv' });
  return await response.blob().catch(() => {
    throw new ApiError(0, { detail: texts.lost });
  });
}

/** As `ask`, and answers with the ETag, too. A Blob is sent as a CSV file. */
export async function askTagged<T>(
  path: string,
  method: Method = 'GET',
  body?: unknown,
  conditions: Conditions = {},
): Promise<Tagged<T>> {
  const sent = csrfToken;
  try {
    return await askOnce(method, path, body, conditions);
  } catch (error) {
    const refused = error instanceof ApiError && error.status === 403;
    if (!refused || method === 'GET' || sent === undefined || keptKey.get() !== null) throw error;
    // The login may be another than before: a new one in another tab, or after a change of the password.
    const session = await askOnce<{ readonly csrfToken: string }>('GET', '/session');
    keepCsrfToken(session.value.csrfToken);
    if (csrfToken === sent) throw error;
    return await askOnce(method, path, body, conditions);
  }
}

async function askOnce<T>(
  method: Method,
  path: string,
  body?: unknown,
  conditions: Conditions = {},
): Promise<Tagged<T>> {
  const response = await respond(method, path, body, conditions);
  const text = await response.text();
  return { value: JSON.parse(text === '' ? 'null' : text), tag: response.headers.get('etag') ?? '*' };
}

async function respond(
  method: Method,
  path: string,
  body: unknown,
  { ifMatch, once, accept = 'application/json' }: Conditions & { readonly accept?: string },
): Promise<Response> {
  const isFile = body instanceof Blob;
  const headers: Record<string, string> = { accept };
  const key = keptKey.get();
  if (key !== null) headers['authorization'] = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = isFile ? 'text/csv' : 'application/json';
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  if (once !== undefined) headers['idempotency-key'] = `"${once}"`;
  if (csrfToken !== undefined && method !== 'GET') headers['x-csrf-token'] = csrfToken;
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, { detail: texts.lost });
  if (!response.ok) {
    if (response.status === 401 && path !== '/session') {
      onLoggedOut();
      throw new ApiError(401, { detail: texts.logIn.ended });
    }
    throw new ApiError(response.status, problemIn(await response.text()), response.headers.get('etag'));
  }
  return response;
}

function problemIn(text: string): Problem {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Every page of a list, in pages of 1,000. */
export async function askAll<T>(path: string): Promise<readonly T[]> {
  const all: T[] = [];
  let after = '';
  for (;;) {
    const joint = path.includes('?') ? '&' : '?';
    const page: { entries: T[]; next: string | null } = await ask(
      'GET',
      `${path}${joint}limit=1000${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
    );
    all.push(...page.entries);
    if (page.next === null) return all;
    after = page.next;
  }
}
