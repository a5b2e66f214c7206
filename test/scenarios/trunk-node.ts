import type { Millis } from '../../src/base/clock.ts';
import type { DnsAnswer, DnsQuestion } from '../../src/base/dns.ts';
import type { Flow } from '../../src/base/flow.ts';
import type { CallRecord } from '../../src/domain/call-record.ts';
import type { TrunkServerHost } from '../../src/edge/host.ts';
import type { Spooled } from '../../src/edge/spooler.ts';
import { TrunkServer } from '../../src/edge/trunk-server.ts';
import type { EdgeStart, FromEdge, SpoolEvent, ToEdge } from '../../src/link/messages.ts';
import { parseSpoolLine } from '../../src/link/spool-event.ts';
import type { Network, NetworkNode } from './network.ts';
import { SeededRandom } from './random.ts';

/** As the kernel has it (`later-socket.ts`). */
function mayWait(text: string): boolean {
  if (/^(BYE |REGI|SIP\/2\.0 100 )/.test(text)) return true;
  return text.startsWith('ACK ') && text.endsWith('\r\n\r\n');
}

/** A trunk server on the virtual network: the real one, with a host in virtual time. */
export class TrunkNode implements NetworkNode, TrunkServerHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** What would stand in its spool. */
  readonly events: SpoolEvent[] = [];
  readonly posted: FromEdge[] = [];
  diskFull = false;
  server: TrunkServer;
  readonly #network: Network;
  readonly #start: EdgeStart;
  #starts = 0;
  #postponed = false;
  /** What nobody waits for. */
  readonly #kept: { readonly text: string; readonly flow: Flow }[] = [];

  constructor(network: Network, start: EdgeStart) {
    this.name = start.self.id;
    this.address = start.self.address;
    this.port = start.self.port;
    this.#network = network;
    this.#start = start;
    this.server = this.#started();
    network.attach(this);
  }

  /** host:port. */
  get place(): string {
    return `${this.address}:${this.port}`;
  }

  get records(): readonly CallRecord[] {
    return this.events.flatMap((event) => (event.kind === 'call' ? [event.record] : []));
  }

  /** The process dies and comes back: nothing is left but what is told again. */
  restart(): void {
    this.#postponed = false;
    this.#kept.length = 0;
    this.server = this.#started();
  }

  command(...messages: readonly ToEdge[]): void {
    for (const message of messages) this.server.command(message, this.#network.now);
  }

  receive(text: string, fromAddress: string, fromPort: number, now: Millis): void {
    const flow = this.server.flows.of(fromAddress, fromPort);
    if (this.#postponed && mayWait(text)) {
      this.#kept.push({ text, flow });
      return;
    }
    this.server.receive(text, flow, now);
    this.server.allReceived(now);
  }

  postpone(postponed: boolean): void {
    this.#postponed = postponed;
    this.receivePostponed();
  }

  receivePostponed(): void {
    for (const { flow, text } of this.#kept.splice(0)) this.server.receive(text, flow, this.#network.now);
  }

  nextDeadline(): Millis | undefined {
    return this.server.nextDeadline();
  }

  advance(now: Millis): void {
    this.server.advance(now);
  }

  send(flow: Flow, text: string): void {
    this.#network.send(this, flow.address, flow.port, text);
  }

  ask(question: DnsQuestion, answered: (answer: DnsAnswer, now: Millis) => void): void {
    this.#network.ask(question, answered);
  }

  probe(flow: Flow): void {
    this.#network.probe(flow.address, flow.port, (now) => this.server.refused(flow, now));
  }

  spool(events: readonly SpoolEvent[]): Spooled {
    if (this.diskFull) return { kept: 0, again: true };
    for (const written of events) {
      const line = JSON.stringify(written);
      const event = parseSpoolLine(line);
      if (event === undefined) throw new Error(`${this.name} spooled what cannot be read: ${line}`);
      this.events.push(event);
    }
    return { kept: events.length, again: false };
  }

  post(message: FromEdge): void {
    this.posted.push(message);
  }

  #started(): TrunkServer {
    this.#starts += 1;
    const random = new SeededRandom(this.port * 1_000 + this.#starts + this.name.charCodeAt(5) * 100);
    return new TrunkServer(this.#start, this, random);
  }
}
