import type { Millis } from '../base/clock.ts';
import type { DnsAnswer, DnsQuestion } from '../base/dns.ts';
import type { Flow } from '../base/flow.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { EdgeStart, FromEdge, SpoolEvent, ToEdge } from '../link/messages.ts';
import type { SpoolPosition } from '../link/spool.ts';
import { SpoolWriter } from '../link/spool-writer.ts';
import type { DatagramSocket } from '../net/datagram-socket.ts';
import { dnsQuery } from '../net/dns-query.ts';
import { DnsResolver } from '../net/dns-resolver.ts';
import { realClock } from '../net/real-clock.ts';
import { RealRandom } from '../net/real-random.ts';
import { RefusalProbe } from '../net/refusal-probe.ts';
import { describeBindError, type SendError } from '../net/socket-error.ts';
import { UdpSocket } from '../net/udp-socket.ts';
import type { TrunkServerHost } from './host.ts';
import type { Spooled } from './spooler.ts';
import { TrunkServer } from './trunk-server.ts';

const HEALTH_INTERVAL = 1_000;

/** The control plane is told this often that the spool has grown; it reads what is there then. */
const SPOOLED_INTERVAL = 250;

/** Transactions of hundreds of calls a second end together, some times a second. */
const TIMER_PATIENCE: Millis = 200;

/** Whole milliseconds: what is written down must fit the store's integers. */
function now(): Millis {
  return Math.trunc(realClock.now());
}

/**
 * A datagram may come outside of Node's callback scope (`DatagramEvents`): Node looks for next ticks and for
 * what promises have put off when something else happens on the thread, so something does.
 */
function wake(): void {
  setImmediate(() => {});
}

/** Gives a trunk server its socket, its timers, DNS, the spool and the link to the control plane. */
export class EdgeThreadHost implements TrunkServerHost {
  readonly #post: (message: FromEdge) => void;
  readonly #spool: SpoolWriter;
  readonly #dns: DnsResolver;
  readonly #probe: RefusalProbe;
  readonly #server: TrunkServer;
  readonly #health: NodeJS.Timeout;
  #healthAt: Millis = realClock.now();
  /** How late the latest of the timers fired that were due since the last report. */
  #latest: Millis = 0;
  #socket: DatagramSocket | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt: Millis = Number.POSITIVE_INFINITY;
  #spoolFailing = false;
  #spooled: SpoolPosition | undefined;
  #spoolTimer: NodeJS.Timeout | undefined;

  private constructor(
    start: EdgeStart,
    post: (message: FromEdge) => void,
    spool: SpoolWriter,
    dns: DnsResolver,
  ) {
    this.#post = post;
    this.#spool = spool;
    this.#dns = dns;
    this.#probe = new RefusalProbe(start.self.address, realClock);
    this.#server = new TrunkServer(start, this, new RealRandom(), TIMER_PATIENCE);
    this.#health = setInterval(() => {
      this.#due(this.#healthAt + HEALTH_INTERVAL);
      this.#healthAt = realClock.now();
      const loopDelay = this.#latest;
      this.#latest = 0;
      post({ kind: 'health', health: { ...this.#server.health(now()), loopDelay } });
    }, HEALTH_INTERVAL);
  }

  /** The error is one sentence for the operator. */
  static async start(
    start: EdgeStart,
    post: (message: FromEdge) => void,
  ): Promise<Result<EdgeThreadHost, string>> {
    const spool = SpoolWriter.open(start.spoolFolder, start.self.id, now());
    if (!spool.ok) return err(`The spool in ${start.spoolFolder}: ${spool.error.message}`);
    const query = dnsQuery(start.nameServers);
    if (!query.ok) return err(query.error.reason);
    const host = new EdgeThreadHost(start, post, spool.value, new DnsResolver(query.value, realClock));
    const bound = await host.#listen(start);
    if (!bound.ok) {
      host.#close();
      return bound;
    }
    post({ kind: 'listening', address: start.self.address, port: start.self.port });
    return ok(host);
  }

  command(message: ToEdge): void {
    if (message.kind === 'spoolConsumed') this.#spool.consumed(message.position);
    else if (message.kind === 'stop') this.#stop();
    else this.#server.command(message, now());
    this.#setAlarm();
  }

  send(flow: Flow, text: string): void {
    // Only an INVITE has somewhere else to go when the system refuses to send it.
    if (text.startsWith('INVITE ')) this.#socket?.send(flow, text, this.#sendFailed);
    else this.#socket?.send(flow, text);
  }

  ask(question: DnsQuestion, answered: (answer: DnsAnswer, now: Millis) => void): void {
    this.#dns.resolve(question, (answer) => {
      answered(answer, now());
      this.#setAlarm();
    });
    wake();
  }

  probe(flow: Flow): void {
    this.#probe.probe(flow, this.#sendFailed);
    wake();
  }

  spool(events: readonly SpoolEvent[]): Spooled {
    const position = this.#spool.append(events);
    if (position.ok) {
      this.#spoolFailing = false;
      this.#spooled = position.value;
      this.#spoolTimer ??= setTimeout(this.#tellSpooled, SPOOLED_INTERVAL);
      return { kept: events.length, again: false };
    }
    const { cause, written } = position.error;
    if (!this.#spoolFailing) {
      this.#spoolFailing = true;
      this.log('error', 'The spool takes no more: call records and bindings are kept in memory only', {
        cause: JSON.stringify(cause),
      });
    }
    return { kept: written, again: cause.kind !== 'tooLong' };
  }

  readonly #tellSpooled = (): void => {
    this.#spoolTimer = undefined;
    if (this.#spooled !== undefined) this.#post({ kind: 'spooled', position: this.#spooled });
    this.#spooled = undefined;
  };

  postpone(postponed: boolean): void {
    this.#socket?.postpone(postponed);
  }

  receivePostponed(): void {
    this.#socket?.receivePostponed();
  }

  post(message: FromEdge): void {
    this.#post(message);
  }

  log(level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, string>>): void {
    this.#post({ kind: 'log', level, message, fields });
  }

  async #listen(start: EdgeStart): Promise<Result<undefined, string>> {
    const { address, port, id } = start.self;
    const bound = await UdpSocket.bind(address, port, this.#server.flows, {
      received: (text, flow) => this.#received(text, flow),
      allReceived: () => this.#allReceived(),
      failed: (error) => this.log('warn', 'The socket reports an error', { error: error.kind }),
    });
    if (!bound.ok) return err(`${id}: ${describeBindError(bound.error)}`);
    this.#socket = bound.value;
    if (!bound.value.isDirect) this.log('info', 'datagrams go through node:dgram, which costs more', {});
    return ok(undefined);
  }

  readonly #sendFailed = (flow: Flow, _error: SendError): void => {
    this.#server.refused(flow, now());
    this.#setAlarm();
  };

  /** One timer of the system for all timers of the trunk server: at the next deadline, if that has changed. */
  #setAlarm(): void {
    const next = this.#server.nextDeadline() ?? Number.POSITIVE_INFINITY;
    if (next >= this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = next;
    // The clock that Node's timers go by is up to a millisecond behind, and a ring too early is one for nothing.
    this.#alarm = setTimeout(this.#ring, Math.max(0, Math.ceil(next - realClock.now()) + 1));
  }

  readonly #ring = (): void => {
    this.#due(this.#alarmAt);
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      this.#server.advance(now());
    } catch (thrown) {
      this.#bugMet(thrown);
    }
    this.#setAlarm();
  };

  #received(text: string, flow: Flow): void {
    try {
      this.#server.receive(text, flow, now());
    } catch (thrown) {
      this.#bugMet(thrown);
    }
  }

  #allReceived(): void {
    try {
      this.#server.allReceived(now());
    } catch (thrown) {
      this.#bugMet(thrown);
    }
    this.#setAlarm();
  }

  /**
   * A timer that was set for this time has fired. That says how busy the loop is and costs nothing: a timer of its
   * own that measures the delay would wake the thread fifty times a second.
   */
  #due(at: Millis): void {
    this.#latest = Math.max(this.#latest, realClock.now() - at);
  }

  /**
   * An exception is a bug of ours. It may cost the message that brought it to light, but not the calls of
   * everybody else on this trunk server.
   */
  #bugMet(thrown: unknown): void {
    const bug = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.log('error', 'A bug was met; the message that led to it is dropped. Please report it', { bug });
  }

  #stop(): void {
    this.#server.stop(now());
    this.#close();
    this.#post({ kind: 'stopped' });
  }

  #close(): void {
    clearInterval(this.#health);
    clearTimeout(this.#alarm);
    this.#server.spooler.flush();
    clearTimeout(this.#spoolTimer);
    this.#tellSpooled();
    this.#spool.close();
    this.#probe.close();
    this.#socket?.close();
    this.#socket = undefined;
  }
}
