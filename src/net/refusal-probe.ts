import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Clock, Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import { type SendError, sendError } from './socket-error.ts';

/** RFC 5626 section 4.4.1: a keep-alive that every SIP peer passes over in silence. */
const KEEP_ALIVE = Buffer.from('\r\n\r\n', 'latin1');

export interface ProbeLimits {
  /** Probes under way at once; more are not made. */
  readonly concurrent: number;
  /** How long a probe waits for bad news, in ms. */
  readonly lifetime: Millis;
  /** One target is not probed more often than this, in ms. */
  readonly interval: Millis;
}

const DEFAULT_PROBE_LIMITS: ProbeLimits = { concurrent: 64, lifetime: 300, interval: 1000 };

/** A probe remembers this many targets, so that a flood of addresses does not grow it. */
const TARGETS = 1024;

export type Refused = (flow: Flow, error: SendError) => void;

/**
 * Finds out at once that nobody listens at a UDP address. The trunk server's own socket is not connected and
 * the system tells it of no ICMP error, so a dead PBX process would cost the caller the whole wait for a
 * response. A connected socket is told.
 *
 * A probe comes from another port of ours. Behind a NAT that port means nothing, and a NAT that rejects
 * instead of dropping would speak for a PBX that is well: probe addresses that are reached directly only,
 * never a flow that leads through a NAT.
 */
export class RefusalProbe {
  readonly #clock: Clock;
  readonly #limits: ProbeLimits;
  /** The local address to probe from, so that a firewall which knows ours lets the probe in. */
  readonly #from: string;
  readonly #open = new Set<Socket>();
  /** When each target was probed last, the longest ago first. */
  readonly #probedAt = new Map<string, Millis>();

  constructor(from: string, clock: Clock, limits: ProbeLimits = DEFAULT_PROBE_LIMITS) {
    this.#from = from;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many probes are under way. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * Sends a keep-alive to the flow's address. `refused` is called at most once, never before this returns,
   * and only on bad news: silence says nothing. False: no probe was made, because of the limits or because
   * the address is of another family than ours.
   */
  probe(flow: Flow, refused: Refused): boolean {
    const family = isIP(flow.address);
    if (family === 0 || family !== isIP(this.#from) || flow.port < 1 || flow.port > 65_535) return false;
    if (this.#open.size >= this.#limits.concurrent || !this.#mayProbe(flow)) return false;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (literal, _options, found) => found(null, literal, family),
    });
    this.#open.add(socket);
    const lifetime = setTimeout(() => this.#end(socket), this.#limits.lifetime);
    lifetime.unref();
    socket.once('error', (error) => {
      clearTimeout(lifetime);
      if (this.#end(socket)) refused(flow, sendError(error));
      // A second report may be on its way already.
      socket.on('error', () => undefined);
    });
    socket.bind({ address: this.#from, port: 0, exclusive: true }, () => {
      if (!this.#open.has(socket)) return;
      socket.connect(flow.port, flow.address, () => {
        if (this.#open.has(socket)) socket.send(KEEP_ALIVE);
      });
    });
    return true;
  }

  /** Ends all probes. */
  close(): void {
    for (const socket of this.#open) this.#end(socket);
  }

  #mayProbe(flow: Flow): boolean {
    const target = `${flow.address} ${flow.port}`;
    const now = this.#clock.now();
    const last = this.#probedAt.get(target);
    if (last !== undefined && now - last < this.#limits.interval) return false;
    this.#probedAt.delete(target);
    this.#probedAt.set(target, now);
    if (this.#probedAt.size > TARGETS) {
      for (const oldest of this.#probedAt.keys()) {
        this.#probedAt.delete(oldest);
        break;
      }
    }
    return true;
  }

  /** False when it had ended before. */
  #end(socket: Socket): boolean {
    if (!this.#open.delete(socket)) return false;
    socket.close();
    return true;
  }
}
