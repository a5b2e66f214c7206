import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { createApi } from '../../src/api/server.ts';
import { ok } from '../../src/base/result.ts';
import type { EdgePort } from '../../src/control/edge-port.ts';
import type { Mail } from '../../src/control/logins/context.ts';
import type { Logins } from '../../src/control/logins/logins.ts';
import { letIn } from '../../src/control/logins/users.ts';
import { startControlPlane } from '../../src/control/start.ts';
import type { ServiceAbout } from '../../src/control/views.ts';
import type { DeliveryPlan } from '../../src/domain/delivery.ts';
import { type TrunkServerId, trunkServerId } from '../../src/domain/ids.ts';
import type { FromEdge } from '../../src/link/messages.ts';
import { Store } from '../../src/store/store.ts';
import { SEALING_KEY } from './sealing-key.ts';

/** The whole API over a real control plane and a real SQLite file; only the trunk servers' threads are played. */
export interface ApiUnderTest {
  /** The header that carries the operator's key. */
  readonly key: { readonly authorization: string };
  /** What the API called a bug of ours. */
  readonly bugs: readonly unknown[];
  readonly logins: Logins;
  /** As `throughline user reset`: the link with which the person sets a new password. */
  letIn(email: string): Promise<string>;
  /** Mails that were sent. */
  readonly mails: Mail[];
  /** What is added to the clock, in milliseconds. */
  later: number;
  /** With the operator's key, below /api/v1, JSON both ways. */
  ask(method: Method, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  raw(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** As `raw`, for a method that is known only as text. */
  rawMethod(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    payload?: string,
  ): Promise<LightMyRequestResponse>;
  /** Listens on loopback, for what can be seen on a connection alone; returns the port. */
  listen(): Promise<number>;
  /** What every trunk server answers when it is asked for a plan. */
  plan: DeliveryPlan;
  /** Resolves once both trunk servers have said that they route by the newest settings. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const METHODS = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;
type Method = (typeof METHODS)[keyof typeof METHODS];

function methodOf(text: string): Method {
  const found = Object.values(METHODS).find((method) => method === text.toUpperCase());
  if (found === undefined) throw new Error(`the tests know no method ${text}`);
  return found;
}

export async function apiUnderTest(
  options: {
    /** true, or what the mail server waits for before it takes a mail. */
    readonly mail?: true | (() => Promise<void>);
    readonly publicUrl?: string;
    /** A database that others may use, too; absent: a SQLite file of its own. */
    readonly store?: Store;
    /** Absent: a new one. */
    readonly operatorKey?: string;
    readonly trustedProxies?: readonly string[];
    readonly origins?: ServiceAbout['origins'];
    readonly mostConnections?: number;
    readonly ready?: Promise<void>;
  } = {},
): Promise<ApiUnderTest> {
  const { mail } = options;
  const mails: Mail[] = [];
  const takeMail = async (one: Mail) => {
    if (typeof mail === 'function') await mail();
    return ok(void mails.push(one));
  };
  const base = { later: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'throughline-api-'));
  const operatorKey = options.operatorKey ?? randomBytes(24).toString('hex');
  const trunkServers = [
    { id: trunkServerId('trunk1'), address: '127.0.0.1', port: 5060 },
    { id: trunkServerId('trunk2'), address: '127.0.0.1', port: 5070 },
  ];
  const store =
    options.store === undefined
      ? Store.openSqlite(join(folder, 'throughline.db'), SEALING_KEY)
      : ok(options.store);
  if (!store.ok) throw new Error(store.error.message);
  const control = await startControlPlane({
    store: store.value,
    clock: { now: () => Date.now() + base.later },
    log: () => {},
    trunkServers,
    policy: {
      homeCountry: 'US',
      allowedCountries: [],
      blockedPrefixes: [],
      allowedRanges: [],
      maxDiversions: 5,
    },
    realm: 'throughline',
    spoolFolder: join(folder, 'spool'),
    operatorKey,
    publicUrl: () => options.publicUrl ?? 'http://portal.example',
    about: {
      database: 'sqlite',
      settingsFile: '/etc/throughline.yaml',
      origins: options.origins ?? new Map(),
    },
    sendMail: mail === undefined ? undefined : takeMail,
  });
  if (!control.ok) throw new Error(control.error.message);
  const bugs: unknown[] = [];
  const app: FastifyInstance = await createApi({
    control: control.value.controlPlane,
    version: '1.2.3',
    trustedProxies: options.trustedProxies ?? [],
    mostConnections: options.mostConnections ?? 4_000,
    ...(options.ready === undefined ? {} : { ready: options.ready }),
    onBug: (error) => bugs.push(error),
  });
  const key = { authorization: `Bearer ${operatorKey}` };
  const played = trunkServers.map(({ id }) => new PlayedTrunkServer(id, () => api.plan));
  for (const server of played) control.value.edges.connect(server.id, server);
  const api: ApiUnderTest = {
    key,
    bugs,
    mails,
    logins: control.value.controlPlane.logins,
    async letIn(email) {
      const clock = { now: () => Date.now() + base.later };
      const made = await letIn({ store: store.value, clock, publicUrl: 'http://portal.example' }, email);
      if (!made.ok) throw new Error(made.error.kind);
      return made.value.link;
    },
    get later() {
      return base.later;
    },
    set later(later) {
      base.later = later;
    },
    plan: { attempts: [] },
    async ask(method, path, body) {
      const answer = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { ...key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    raw: (request) => app.inject(request),
    rawMethod: (method, url, headers, payload) =>
      app.inject({
        method: methodOf(method),
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      }),
    async listen() {
      return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
    },
    async settled() {
      await Promise.all(played.map((server) => server.ready));
    },
    async close() {
      await app.close();
      await control.value.close();
      rmSync(folder, { recursive: true });
    },
  };
  return api;
}

/** Takes settings and says so, and answers with a plan that the test gives. */
class PlayedTrunkServer implements EdgePort {
  readonly id: TrunkServerId;
  readonly ready: Promise<void>;
  readonly #plan: () => DeliveryPlan;
  readonly #isReady: () => void;
  #listener: (message: FromEdge) => void = () => {};
  #revision = 0;

  constructor(id: TrunkServerId, plan: () => DeliveryPlan) {
    this.id = id;
    this.#plan = plan;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#isReady = resolve;
  }

  onMessage(listener: (message: FromEdge) => void): void {
    this.#listener = listener;
    listener({ kind: 'listening', address: '127.0.0.1', port: this.id === 'trunk1' ? 5060 : 5070 });
  }

  post(message: Parameters<EdgePort['post']>[0]): void {
    if (message.kind === 'snapshotEnd' || message.kind === 'change') {
      this.#revision = message.revision;
      this.#listener({ kind: 'routingBy', revision: message.revision, at: Date.now() });
      this.#isReady();
    } else if (message.kind === 'planQuery') {
      this.#listener({
        kind: 'planAnswer',
        query: message.query,
        answer: { trunkServer: this.id, revision: this.#revision, plan: this.#plan(), bindings: [] },
      });
    }
  }
}
