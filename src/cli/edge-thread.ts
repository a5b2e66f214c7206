import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { EdgePort } from '../control/edge-port.ts';
import type { EdgeStart, FromEdge, ToEdge } from '../link/messages.ts';
import { EXIT, type StartFailure } from './exit-code.ts';
import { Priority } from './priority.ts';
import { trunkServerProgram } from './trunk-server-program.ts';

/** What the control plane is told of a trunk server's thread. */
export interface EdgeThreadEvents {
  /** It has been started, for the first time or again; everything it knew before is gone. */
  readonly up: (port: EdgePort) => void;
  /** It no longer runs; unless it is being stopped it will be started again. */
  readonly down: (reason: string) => void;
}

/** What a test replaces. */
export interface EdgeThreadOptions {
  readonly program?: URL;
  /** Of the thread that starts it. */
  readonly priority?: Priority;
  /** Before the first restart; doubles with each death, and falls back once the thread has lived for a while. */
  readonly firstPauseMs?: number;
}

const HOW = 'Change it with trunkServers in the settings file or THROUGHLINE_TRUNK_SERVERS.';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;

/** How long a trunk server may take to stop before its thread is ended. */
const STOP_LIMIT_MS = 5_000;

/**
 * The thread of one trunk server. A thread that dies is started again, with pauses that grow; its bindings
 * come back from the store like after any restart.
 */
export class EdgeThread {
  readonly #start: EdgeStart;
  readonly #log: Logger;
  readonly #events: EdgeThreadEvents;
  readonly #program: URL;
  readonly #priority: Priority;
  readonly #firstPause: number;
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #pause: number;
  #stopping = false;
  /** Why it says that it cannot run; told when the thread has ended. */
  #failure: string | undefined;

  constructor(start: EdgeStart, log: Logger, events: EdgeThreadEvents, options: EdgeThreadOptions = {}) {
    this.#start = start;
    this.#log = log.child({ trunkServer: start.self.id });
    this.#events = events;
    this.#program = options.program ?? trunkServerProgram();
    this.#priority = options.priority ?? new Priority();
    this.#firstPause = options.firstPauseMs ?? FIRST_PAUSE_MS;
    this.#pause = this.#firstPause;
  }

  /** Resolves once the trunk server listens, or with the failure that keeps it from it; it is not tried again then. */
  async start(): Promise<StartFailure | undefined> {
    const worker = this.#run();
    return new Promise((resolve) => {
      const settle = (failure: StartFailure | undefined) => {
        worker.off('message', heard);
        worker.off('exit', ended);
        if (failure !== undefined) {
          this.#stopping = true;
          clearTimeout(this.#restart);
        }
        resolve(failure);
      };
      const heard = (message: FromEdge) => {
        if (message.kind === 'listening') settle(undefined);
        if (message.kind === 'failed') settle({ exit: EXIT.unavailable, reason: `${message.reason} ${HOW}` });
      };
      const ended = () => {
        const why = this.#failure === undefined ? '' : ` (${this.#failure})`;
        const reason = `${this.#start.self.id} ended while it started because of a bug${why}. Please report it.`;
        settle({ exit: EXIT.software, reason });
      };
      worker.on('message', heard);
      worker.on('exit', ended);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const limit = setTimeout(() => {
      this.#log.warn('did not stop in time and is ended');
      void worker.terminate();
    }, STOP_LIMIT_MS);
    worker.postMessage({ kind: 'stop' } satisfies ToEdge);
    await ended;
    clearTimeout(limit);
  }

  #run(): Worker {
    const { self } = this.#start;
    const worker = this.#priority.atFull(
      () => new Worker(this.#program, { workerData: this.#start, name: self.id }),
    );
    const startedAt = performance.now();
    let listener: ((message: FromEdge) => void) | undefined;
    this.#worker = worker;
    this.#failure = undefined;
    worker.on('message', (message: FromEdge) => {
      listener?.(message);
      if (message.kind === 'failed') this.#failure = message.reason;
      if (message.kind === 'failed' || message.kind === 'stopped') void worker.terminate();
    });
    worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#log.error({ err: error }, 'crashed');
    });
    worker.on('exit', () => this.#ended(performance.now() - startedAt));
    this.#events.up({
      post: (message) => worker.postMessage(message),
      onMessage: (heard) => {
        listener = heard;
      },
    });
    return worker;
  }

  #ended(lived: number): void {
    this.#worker = undefined;
    const reason = this.#failure ?? (this.#stopping ? 'stopped' : 'its thread ended');
    this.#events.down(reason);
    if (this.#stopping) return;
    if (lived > HEALTHY_AFTER_MS) this.#pause = this.#firstPause;
    const pause = this.#pause;
    this.#pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    this.#log.error({ reason, restartInMs: pause }, 'is down and takes no calls until it has restarted');
    this.#restart = setTimeout(() => this.#run(), pause);
  }
}
