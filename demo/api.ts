import type { z } from 'zod';
import { accountChanged, accountCreated } from '../src/api/schemas/account.ts';
import { callPage } from '../src/api/schemas/call.ts';
import { didsChanged } from '../src/api/schemas/did.ts';
import { failoverChanged } from '../src/api/schemas/failover.ts';
import { gatewayChanged } from '../src/api/schemas/gateway.ts';
import { registrationPage } from '../src/api/schemas/registration.ts';
import { revisionAnswer } from '../src/api/schemas/revision.ts';
import { trunkServerList } from '../src/api/schemas/trunk-server.ts';

export type Call = z.output<typeof callPage>['entries'][number];
export type CreatedAccount = z.output<typeof accountCreated>;
export type TrunkServerState = z.output<typeof trunkServerList>['entries'][number];
export type Registration = z.output<typeof registrationPage>['entries'][number];

/** What can be set as failover: see the API's own schema. */
export interface FailoverSetting {
  readonly backup?: string;
  readonly number?: string;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Settings are promised to be active on every trunk server after so many milliseconds. */
const ACTIVE_WITHIN = 1_000;

/** The REST API of one service. What it refuses, and what does not fit its own schema, is thrown. */
export class Api {
  readonly #base: string;
  readonly #key: string;

  /** `base`: such as `http://127.0.0.1:8080`. */
  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /** `once`: an Idempotency-Key. */
  async raw(method: string, path: string, body?: unknown, once?: string): Promise<RawAnswer> {
    const response = await fetch(`${this.#base}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(once === undefined ? {} : { 'idempotency-key': `"${once}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, body: parsed };
  }

  createAccount(account: Readonly<Record<string, unknown>>): Promise<CreatedAccount> {
    return this.#change('POST', '/accounts', accountCreated, account);
  }

  changeAccount(id: string, change: Readonly<Record<string, unknown>>) {
    return this.#change('PATCH', `/accounts/${id}`, accountChanged, change);
  }

  addDids(account: string, numbers: readonly string[]) {
    return this.#change('POST', `/accounts/${account}/dids`, didsChanged, { numbers });
  }

  setAccountFailover(account: string, failover: FailoverSetting) {
    return this.#change('PUT', `/accounts/${account}/failover`, failoverChanged, failover);
  }

  setDidFailover(number: string, failover: FailoverSetting) {
    return this.#change('PUT', `/dids/${encodeURIComponent(number)}/failover`, failoverChanged, failover);
  }

  createGateway(gateway: Readonly<Record<string, unknown>>) {
    return this.#change('POST', '/gateways', gatewayChanged, gateway);
  }

  async trunkServers(): Promise<readonly TrunkServerState[]> {
    return (await this.#ask('GET', '/trunk-servers', trunkServerList)).entries;
  }

  /** All of them, page by page. */
  async registrations(): Promise<readonly Registration[]> {
    const all: Registration[] = [];
    for (let after = ''; ; ) {
      const page = await this.#ask('GET', `/registrations?limit=1000${after}`, registrationPage);
      all.push(...page.entries);
      if (page.next === null) return all;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  /** The call records that fit a filter such as `did=…`, newest first, page by page. */
  async calls(filter: string): Promise<readonly Call[]> {
    const all: Call[] = [];
    for (let after = ''; ; ) {
      const page = await this.#ask('GET', `/calls?limit=1000&${filter}${after}`, callPage);
      all.push(...page.entries);
      if (page.next === null) return all;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  /** Waits until every trunk server routes by a revision, which is promised to take a second at most. */
  async active(revision: number): Promise<void> {
    const deadline = performance.now() + ACTIVE_WITHIN;
    for (;;) {
      const answer = await this.#ask('GET', `/revisions/${revision}`, revisionAnswer);
      if (answer.active) return;
      if (performance.now() > deadline) {
        throw new Error(
          `revision ${revision} is not active after ${ACTIVE_WITHIN} ms: ${JSON.stringify(answer)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Makes a change and waits until it is active. */
  async #change<T extends z.ZodType<{ readonly revision: number }>>(
    method: string,
    path: string,
    schema: T,
    body: unknown,
  ): Promise<z.output<T>> {
    const changed = await this.#ask(method, path, schema, body);
    await this.active(changed.revision);
    return changed;
  }

  async #ask<T extends z.ZodType>(
    method: string,
    path: string,
    schema: T,
    body?: unknown,
  ): Promise<z.output<T>> {
    const answer = await this.raw(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return schema.parse(answer.body);
  }
}
