import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { err, ok, type Result } from '../../base/result.ts';
import { CLIENT_VARIABLES } from '../config-environment.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { oneLine } from '../text-table.ts';

/** Where a service that was started with its defaults is. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

/** So often a request is sent that must not be done twice, where its answer got lost or it is still being done. */
const TRIES = 3;
const AGAIN_MS = 1_000;

/** The API itself gives a request 30 s. */
const LIMIT_MS = 35_000;
/** A file of a million DIDs takes a while. */
const FILE_LIMIT_MS = 600_000;

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** A CSV file, in place of `body`. */
  readonly file?: Uint8Array;
}

/** Why a request was not carried out. */
export interface RequestFailure {
  readonly exit: ExitCode;
  /** For people: what was wrong, where, and what would be right; may have several lines. */
  readonly reason: string;
  /** The problem document, where the service sent one. */
  readonly problem?: unknown;
  /** The same request, sent again, may be answered. */
  readonly again?: boolean;
}

/** What Node says where nothing was sent: nobody is there. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const problem = z.object({
  code: z.string().optional(),
  status: z.number(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** A running service, over HTTP. */
export class Service {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** From the options, else from the environment. */
  static of(
    options: { readonly url?: string; readonly key?: string },
    environment: Readonly<Record<string, string | undefined>>,
  ): Result<Service, RequestFailure> {
    const url = options.url || environment[CLIENT_VARIABLES.url] || DEFAULT_URL;
    const key =
      options.key || environment[CLIENT_VARIABLES.apiKey] || environment['THROUGHLINE_OPERATOR_KEY'] || '';
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      return usage(
        `${url} is no address of a service; --url and ${CLIENT_VARIABLES.url} take one such as ${DEFAULT_URL}`,
      );
    }
    if (!/^[\x21-\x7e]+$/.test(key)) {
      return usage(
        `there is no key, or it has spaces or other letters in it; give one with ${CLIENT_VARIABLES.apiKey}, THROUGHLINE_OPERATOR_KEY or --key`,
      );
    }
    return ok(new Service(url.replace(/\/+$/, '').replace(/\/api\/v1$/, ''), key));
  }

  /** The JSON that the service answers with. */
  async ask(request: ServiceRequest): Promise<Result<unknown, RequestFailure>> {
    if (request.method !== 'POST') return await this.#ask(request, undefined);
    // What makes something is done once, however often it is sent.
    const once = randomUUID();
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#ask(request, once);
      if (answer.ok || answer.error.again !== true || tries === TRIES) return answer;
      await sleep(AGAIN_MS);
    }
  }

  /** Hands over the CSV file that the service answers with, piece by piece as it comes. */
  async askFile(
    request: ServiceRequest,
    take: (text: string) => void,
  ): Promise<Result<void, RequestFailure>> {
    try {
      const answer = await this.#send(request, { accept: 'text/csv' }, FILE_LIMIT_MS);
      const isFile = answer.headers.get('content-type')?.startsWith('text/csv') === true;
      if (!answer.ok || !isFile || answer.body === null) {
        const read = this.#read(answer.status, answer.ok ? '' : await answer.text());
        return read.ok ? ok(undefined) : read;
      }
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) take(text);
      return ok(undefined);
    } catch (thrown) {
      return this.#unreachable(thrown);
    }
  }

  async #ask(request: ServiceRequest, once: string | undefined): Promise<Result<unknown, RequestFailure>> {
    const headers = once === undefined ? {} : { 'idempotency-key': `"${once}"` };
    try {
      const answer = await this.#send(request, headers, LIMIT_MS);
      return this.#read(answer.status, await answer.text());
    } catch (thrown) {
      return this.#unreachable(thrown);
    }
  }

  async #send(
    { method, path, query = {}, body, file }: ServiceRequest,
    headers: Readonly<Record<string, string>>,
    limit: number,
  ): Promise<Response> {
    const url = new URL(`${this.#url}/api/v1${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const type = file === undefined ? 'application/json' : 'text/csv';
    const content = file ?? (body === undefined ? undefined : JSON.stringify(body));
    return await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(content === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
      // A key is sent to nobody else.
      redirect: 'manual',
      signal: AbortSignal.timeout(limit),
    });
  }

  #unreachable(thrown: unknown): Result<never, RequestFailure> {
    return err({
      exit: EXIT.unavailable,
      again: !NEVER_SENT.has(causeOf(thrown)) && !isTimeout(thrown),
      reason: `${this.#url} cannot be reached (${causeOf(thrown)}); is the service running, and is --url right?`,
    });
  }

  #read(status: number, text: string): Result<unknown, RequestFailure> {
    const json = parsed(text);
    if (status >= 200 && status < 300 && json !== undefined) return ok(json);
    const said = problem.safeParse(json);
    if (!said.success) {
      return err({
        exit: EXIT.unavailable,
        reason: `${this.#url} answers with status ${status} and not as Throughline does; is --url right?`,
      });
    }
    const again = said.data.code === 'underWay';
    return err({ exit: exitOf(status), reason: inWords(said.data), problem: json, again });
  }
}

function usage(reason: string): Result<never, RequestFailure> {
  return err({ exit: EXIT.usage, reason });
}

/** `fetch` itself says no more than "fetch failed". */
function causeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (isTimeout(thrown)) return `no answer within ${LIMIT_MS / 1000} s`;
  const { cause } = thrown;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return thrown.message;
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inWords({ detail, errors = [] }: z.output<typeof problem>): string {
  const all = errors.every(({ message }) => detail.includes(message));
  const lines = all ? [] : errors.map(({ field, message }) => `  ${field}: ${message}`);
  return [detail, ...lines].map(oneLine).join('\n');
}

function exitOf(status: number): ExitCode {
  switch (status) {
    case 401:
    case 403:
      return EXIT.noPermission;
    case 404:
      return EXIT.notThere;
    case 408:
    case 429:
    case 503:
      return EXIT.tryAgain;
    default:
      return status >= 500 ? EXIT.software : EXIT.refused;
  }
}
