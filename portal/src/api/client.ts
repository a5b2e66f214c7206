import { texts } from '../texts/en.ts';

/** What the API said no to, in its own words (RFC 9457). Status 0: it could not be asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
  /** Why a log-in failed: `password`, `codeNeeded` or `code`. */
  readonly reason: string | undefined;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? `${status}`);
    this.status = status;
    this.fields = problem.errors ?? [];
    this.reason = problem.reason;
  }

  /** What was wrong with a field, or with something inside of it. */
  about(field: string): string | undefined {
    return this.fields.find((one) => one.field === field || one.field.endsWith(`.${field}`))?.message;
  }
}

interface Problem {
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

/** Asks the API below /api/v1. Throws an ApiError. */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const sent = csrfToken;
  try {
    return await askOnce(method, path, body);
  } catch (error) {
    const refused = error instanceof ApiError && error.status === 403;
    if (!refused || method === 'GET' || sent === undefined || keptKey.get() !== null) throw error;
    // The login may be another than before: a new one in another tab, or after a change of the password.
    keepCsrfToken((await askOnce<{ readonly csrfToken: string }>('GET', '/session')).csrfToken);
    if (csrfToken === sent) throw error;
    return await askOnce(method, path, body);
  }
}

async function askOnce<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const key = keptKey.get();
  if (key !== null) headers['authorization'] = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (csrfToken !== undefined && method !== 'GET') headers['x-csrf-token'] = csrfToken;
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, { detail: texts.lost });
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401 && path !== '/session') onLoggedOut();
    throw new ApiError(response.status, problemIn(text));
  }
  return JSON.parse(text === '' ? 'null' : text);
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
