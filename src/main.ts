#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createMetrics } from './api/metrics.ts';
import { builtPortal } from './api/portal.ts';
import { createApi } from './api/server.ts';
import { err, ok, type Result } from './base/result.ts';
import { banner } from './cli/banner.ts';
import { Cleanup } from './cli/cleanup.ts';
import type { LoadedConfig } from './cli/config.ts';
import type { Config } from './cli/config-schema.ts';
import { openDataFolder } from './cli/data-folder.ts';
import { databasePlace, nameOf, openStore } from './cli/database.ts';
import { EdgeThread } from './cli/edge-thread.ts';
import { EXIT, type ExitCode, type StartFailure } from './cli/exit-code.ts';
import { listen } from './cli/listen.ts';
import { createLog } from './cli/log.ts';
import { LostOutput } from './cli/lost-output.ts';
import { mailer } from './cli/mail.ts';
import { Priority } from './cli/priority.ts';
import { runProgram } from './cli/program.ts';
import { sealingKeyFor } from './cli/sealing-key.ts';
import { exitOnBug, stopSignal } from './cli/signals.ts';
import { setV8Options } from './cli/v8-options.ts';
import { type RunningControlPlane, startControlPlane } from './control/start.ts';
import { DEFAULT_DELIVERY } from './domain/delivery-settings.ts';
import { trunkServerId } from './domain/ids.ts';
import type { EdgeStart } from './link/messages.ts';
import type { TrunkServerAddress } from './link/routing.ts';
import type { SealingKey } from './link/sealing.ts';
import { realClock } from './net/real-clock.ts';

const packageJson = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(packageJson));

/** The service while it runs. */
interface Service {
  readonly banner: string;
  /** Once the banner with the fresh operator key has been printed. */
  readonly printed: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Builds everything, in the order in which it can fail: a trunk server takes calls only when all else works. */
async function start(loaded: LoadedConfig, log: Logger): Promise<Result<Service, StartFailure>> {
  const cleanup = new Cleanup();
  const service = await build(loaded, log, cleanup);
  if (!service.ok) await cleanup.run();
  return service;
}

async function build(
  { config, file, origins }: LoadedConfig,
  log: Logger,
  cleanup: Cleanup,
): Promise<Result<Service, StartFailure>> {
  const folder = openDataFolder(config.dataFolder);
  if (!folder.ok) return folder;
  cleanup.defer(() => folder.value.release());

  const trunkServers = config.trunkServers.map(({ name, address, port, handOverAddress }) => ({
    id: trunkServerId(name),
    address,
    port,
    ...(handOverAddress === undefined ? {} : { handOver: handOverAddress }),
  }));
  const key = await sealingKeyFor(config);
  if (!key.ok) return key;
  const store = openStore(databasePlace(config), key.value);
  if (!store.ok) return err({ exit: EXIT.cannotCreate, reason: store.error.message });
  let publicUrl = config.publicUrl;
  const control = await startControlPlane({
    store: store.value,
    clock: realClock,
    log: (level, message, fields) => log[level](fields, message),
    trunkServers,
    policy: config.policy,
    realm: config.realm,
    spoolFolder: folder.value.spools,
    process: config.database === undefined ? undefined : folder.value.process,
    operatorKey: config.operatorKey,
    publicUrl: () => (publicUrl ?? `http://${config.http.address}:${config.http.port}`).replace(/\/+$/, ''),
    sendMail: mailer(config.mail),
    about: {
      database: config.database === undefined ? 'sqlite' : 'postgresql',
      settingsFile: file === undefined ? undefined : resolve(file),
      origins,
    },
    newAccountDelivery: {
      ...DEFAULT_DELIVERY,
      sharedRegistrations: config.delivery.sharedRegistrations,
    },
  });
  if (!control.ok) {
    await store.value.close();
    const where = config.database === undefined ? folder.value.path : nameOf(databasePlace(config));
    return err({ exit: exitFor(control.error, config), reason: `${where}: ${control.error.message}` });
  }
  cleanup.defer(() => control.value.close());

  const priority = new Priority();
  const threads = trunkServers.map((self) =>
    edgeThread(self, trunkServers, config, control.value, key.value, folder.value.spools, priority, log),
  );
  cleanup.defer(async () => {
    await Promise.all(threads.map((thread) => thread.stop()));
  });

  const metrics = createMetrics(() => control.value.measure());
  const portal = builtPortal();
  const api = await createApi({
    control: control.value.controlPlane,
    version,
    ready: control.value.edges.ready(),
    ...(portal === undefined ? {} : { portal }),
    trustedProxies: config.http.trustedProxies,
    onAnswered: metrics.answered,
    onBug: (error, request) => log.error({ err: error, ...request }, 'a request failed because of a bug'),
  });
  cleanup.defer(() => api.close());
  const url = await listen(api, config.http);
  if (!url.ok) return url;
  publicUrl ??= url.value;
  const { address, port } = config.metrics;
  if (port !== undefined) {
    cleanup.defer(() => metrics.app.close());
    const opened = await listen(metrics.app, { address, port }, { what: 'the metrics', setting: 'metrics' });
    if (!opened.ok) return opened;
    log.info({ url: `${opened.value}/metrics` }, 'metrics are served');
  }

  const failures = await Promise.all(threads.map((thread) => thread.start()));
  const failure = failures.find((one) => one !== undefined);
  if (failure !== undefined) return err(failure);
  // Whoever waits for the banner sends calls then.
  await control.value.edges.ready();
  priority.lower();
  setV8Options();

  const setup = await control.value.controlPlane.logins.offerSetup();
  if (!setup.ok) log.warn({ reason: setup.error.message }, 'no link for the first log-in could be made');

  return ok({
    banner: banner({
      version,
      url: url.value,
      trunkServers,
      settingsFile: file,
      dataFolder: folder.value.path,
      freshOperatorKey: control.value.freshOperatorKey,
      setupLink: setup.ok ? setup.value?.link : undefined,
    }),
    printed: async () => {
      const kept = await control.value.keepFreshOperatorKey();
      if (!kept.ok) {
        log.warn(
          { reason: kept.error.message },
          'the operator key could not be kept; the next start prints another',
        );
      }
    },
    stop: () => cleanup.run(),
  });
}

function exitFor({ kind }: { readonly kind: string }, { database }: Config): ExitCode {
  if (kind === 'otherKey') return EXIT.config;
  // A server may come back by itself; a file does not.
  return kind === 'storeUnavailable' && database !== undefined ? EXIT.unavailable : EXIT.cannotCreate;
}

function edgeThread(
  self: TrunkServerAddress,
  all: readonly TrunkServerAddress[],
  config: Config,
  control: RunningControlPlane,
  sealingKey: SealingKey,
  spoolFolder: string,
  priority: Priority,
  log: Logger,
): EdgeThread {
  const { minExpires, maxExpires, defaultExpires } = config.registration;
  const edgeStart: EdgeStart = {
    self,
    peers: all.filter((peer) => peer !== self),
    realm: config.realm,
    digestAlgorithms: config.digestAlgorithms,
    signingKey: control.signingKey,
    sealingKey: sealingKey.text,
    registrationExpiry: { min: minExpires, max: maxExpires, default: defaultExpires },
    spoolFolder,
    nameServers: config.nameServers,
  };
  return new EdgeThread(
    edgeStart,
    log,
    {
      up: (port) => control.edges.connect(self.id, port),
      down: (reason) => control.edges.disconnected(self.id, reason),
    },
    { priority },
  );
}

async function serve(loaded: LoadedConfig): Promise<ExitCode> {
  lostOutput.serve();
  const log = createLog(loaded.config.log, process.stdout);
  exitOnBug(log);
  const started = await start(loaded, log);
  if (!started.ok) {
    process.stderr.write(`throughline: ${started.error.reason}\n`);
    return started.error.exit;
  }
  // Whoever waits for the banner may send one at once.
  const signalled = stopSignal();
  process.stderr.write(started.value.banner);
  await started.value.printed();
  const signal = await signalled;
  log.info({ signal }, 'stopping');
  await started.value.stop();
  log.info('stopped');
  return EXIT.ok;
}

const lostOutput = new LostOutput(
  (text) => process.stderr.write(text),
  (code) => process.exit(code),
);
lostOutput.watch(process.stdout, process.stderr);

process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  serve,
});
