import type { Millis } from '../../src/base/clock.ts';
import type { DnsAnswer, DnsQuestion } from '../../src/base/dns.ts';
import { ladder, Sent } from './ladder.ts';
import { SeededRandom } from './random.ts';
import { Schedule } from './schedule.ts';

/** Something that listens at one address and port. */
export interface NetworkNode {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  receive(text: string, fromAddress: string, fromPort: number, now: Millis): void;
  /** When `advance` must be called next. */
  nextDeadline(): Millis | undefined;
  advance(now: Millis): void;
}

/** How well the network carries datagrams. Probabilities in [0, 1]. */
export interface Quality {
  readonly latency: Millis;
  /** Each datagram takes up to so much longer: that is what puts them out of order. */
  readonly jitter: Millis;
  readonly loss: number;
  readonly duplication: number;
}

const PERFECT: Quality = { latency: 5, jitter: 0, loss: 0, duplication: 0 };

/** How long an answer of the DNS takes. */
const DNS_TIME: Millis = 8;

const NO_RECORD = { answer: { kind: 'none' }, after: DNS_TIME } as const;

/** When virtual time begins: any day will do, but it must look like one. */
const ORIGIN: Millis = Date.UTC(2026, 0, 5, 9);

/**
 * A network of SIP elements in virtual time. Nothing happens but in `run`, and everything that happens follows
 * from the seed.
 */
export class Network {
  readonly trace: Sent[] = [];
  quality: Quality = PERFECT;
  readonly #random: SeededRandom;
  readonly #nodes: NetworkNode[] = [];
  readonly #byPlace = new Map<string, NetworkNode>();
  /** Places on a machine that is up, where nothing listens: it says so by ICMP. */
  readonly #closed = new Set<string>();
  readonly #zone = new Map<string, { readonly answer: DnsAnswer | 'silent'; readonly after: Millis }>();
  readonly #schedule = new Schedule();
  #now: Millis = ORIGIN;

  constructor(seed = 1) {
    this.#random = new SeededRandom(seed);
  }

  get now(): Millis {
    return this.#now;
  }

  attach(node: NetworkNode): void {
    const place = placeOf(node.address, node.port);
    this.#closed.delete(place);
    this.#byPlace.set(place, node);
    const old = this.#nodes.findIndex((other) => placeOf(other.address, other.port) === place);
    if (old === -1) this.#nodes.push(node);
    else this.#nodes[old] = node;
  }

  /** The machine is gone: what is sent there is lost without a word. */
  unplug(node: NetworkNode): void {
    this.#byPlace.delete(placeOf(node.address, node.port));
    const index = this.#nodes.indexOf(node);
    if (index !== -1) this.#nodes.splice(index, 1);
  }

  /** The program is gone but its machine is up, and refuses. */
  close(node: NetworkNode): void {
    this.unplug(node);
    this.#closed.add(placeOf(node.address, node.port));
  }

  /** Sets what the DNS says, and after what time. 'silent': it never answers. */
  setDns(type: DnsQuestion['type'], name: string, answer: DnsAnswer | 'silent', after = DNS_TIME): void {
    this.#zone.set(`${type} ${name}`, { answer, after });
  }

  ask(question: DnsQuestion, answered: (answer: DnsAnswer, now: Millis) => void): void {
    const known = this.#zone.get(`${question.type} ${question.name.toLowerCase()}`);
    const { answer, after } = known ?? NO_RECORD;
    if (answer !== 'silent') this.after(after, (now) => answered(answer, now));
  }

  /** Calls `refused` where the machine at that address says that nothing listens there. */
  probe(address: string, port: number, refused: (now: Millis) => void): void {
    if (!this.#closed.has(placeOf(address, port))) return;
    this.after(2 * this.quality.latency, refused);
  }

  after(delay: Millis, run: (now: Millis) => void): void {
    this.#schedule.add(this.#now + delay, run);
  }

  send(from: NetworkNode, address: string, port: number, text: string): void {
    const { latency, jitter, loss, duplication } = this.quality;
    const place = placeOf(address, port);
    const to = this.#byPlace.get(place);
    const lost = this.#chance(loss);
    const fate = to === undefined ? 'nobody' : lost ? 'lost' : 'sent';
    this.trace.push(new Sent(this.#now, from.name, to?.name ?? place, text, fate));
    if (lost) return;
    const copies = this.#chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = jitter === 0 ? latency : latency + Math.floor(this.#random.fraction() * (jitter + 1));
      // Who is there is decided when it arrives: a machine may come or go meanwhile.
      this.after(delay, (now) => this.#byPlace.get(place)?.receive(text, from.address, from.port, now));
    }
  }

  /** Lets `duration` pass. */
  run(duration: Millis): void {
    const until = this.#now + duration;
    for (;;) {
      const at = this.#next();
      if (at === undefined || at > until) break;
      this.#now = Math.max(at, this.#now);
      if (this.#schedule.next !== undefined && this.#schedule.next <= this.#now) {
        this.#schedule.step();
        continue;
      }
      for (const node of this.#nodes) {
        const deadline = node.nextDeadline();
        if (deadline !== undefined && deadline <= this.#now) node.advance(this.#now);
      }
    }
    this.#now = until;
  }

  /** What was sent so far, for people. */
  ladder(): string {
    return ladder(this.trace, ORIGIN);
  }

  #next(): Millis | undefined {
    let next = this.#schedule.next;
    for (const node of this.#nodes) {
      const deadline = node.nextDeadline();
      if (deadline !== undefined && (next === undefined || deadline < next)) next = deadline;
    }
    return next;
  }

  /** Without a chance no random number is drawn, so that a perfect network looks the same under every seed. */
  #chance(probability: number): boolean {
    return probability > 0 && this.#random.fraction() < probability;
  }
}

function placeOf(address: string, port: number): string {
  return `${address}:${port}`;
}
