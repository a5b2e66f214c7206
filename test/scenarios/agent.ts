import type { Millis } from '../../src/base/clock.ts';
import { type Flow, UdpFlows } from '../../src/base/flow.ts';
import { Timers } from '../../src/base/timers.ts';
import type { SipRequest } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';
import { buildResponse, type ResponseOptions } from '../../src/sip/message/response.ts';
import type { InviteServerTransaction } from '../../src/sip/transaction/invite-server.ts';
import { type RequestUser, TransactionLayer } from '../../src/sip/transaction/layer.ts';
import type { NonInviteServerTransaction } from '../../src/sip/transaction/non-invite-server.ts';
import { DEFAULT_TIMINGS } from '../../src/sip/transaction/timings.ts';
import { placeOfUri } from './dialog.ts';
import type { Network, NetworkNode } from './network.ts';

export interface AgentOptions {
  readonly name: string;
  /** Where it is on the network; behind a NAT, the outside of the NAT. */
  readonly address: string;
  readonly port?: number;
  /** host:port as it writes in Via and Contact itself; another one than above behind a NAT. */
  readonly believes?: string;
}

/** A user agent in virtual time: transactions of its own, and requests for its subclass to answer. */
export abstract class Agent implements NetworkNode, RequestUser {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly layer: TransactionLayer;
  readonly network: Network;
  readonly #timers = new Timers();
  readonly #flows = new UdpFlows();
  readonly #believes: string;
  #count = 0;

  constructor(network: Network, options: AgentOptions) {
    this.network = network;
    this.name = options.name;
    this.address = options.address;
    this.port = options.port ?? 5060;
    this.#believes = options.believes ?? `${this.address}:${this.port}`;
    this.layer = new TransactionLayer(
      {
        output: { send: (flow, text) => network.send(this, flow.address, flow.port, text) },
        timers: this.#timers,
        timings: DEFAULT_TIMINGS,
        flows: this.#flows,
        seed: 0,
      },
      this,
    );
    network.attach(this);
  }

  get contact(): string {
    return `sip:${this.name}@${this.#believes}`;
  }

  get now(): Millis {
    return this.network.now;
  }

  abstract invite(
    transaction: InviteServerTransaction,
    request: SipRequest,
    merged: boolean,
    now: Millis,
  ): void;

  abstract nonInvite(
    transaction: NonInviteServerTransaction,
    request: SipRequest,
    source: Flow,
    now: Millis,
  ): void;

  abstract cancel(
    transaction: NonInviteServerTransaction,
    invite: InviteServerTransaction | undefined,
    request: SipRequest,
    now: Millis,
  ): void;

  abstract ack(request: SipRequest): void;

  /** The agents keep a transaction for everything. */
  answeredStatelessly(): boolean {
    return false;
  }

  strayResponse(): void {}

  receive(text: string, fromAddress: string, fromPort: number, now: Millis): void {
    const message = parseMessage(text);
    const source = this.#flows.of(fromAddress, fromPort);
    if (message.kind === 'request') this.layer.receiveRequest(message, source, now);
    else if (message.kind === 'response') this.layer.receiveResponse(message, source, now);
    else throw new Error(`${this.name} was sent what is not SIP:\n${text}`);
  }

  nextDeadline(): Millis | undefined {
    return this.#timers.nextDeadline();
  }

  advance(now: Millis): void {
    this.#timers.advance(now);
  }

  newBranch(): string {
    return `z9hG4bK${this.unique('b')}`;
  }

  via(branch: string): string {
    return `SIP/2.0/UDP ${this.#believes};rport;branch=${branch}`;
  }

  /** A text that nobody else has. */
  unique(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.name}-${this.#count}`;
  }

  flowTo(uri: string): Flow {
    const { address, port } = placeOfUri(uri);
    return this.#flows.of(address, port);
  }

  /** Sends a text past all transactions. */
  sendText(uri: string, text: string): void {
    const { address, port } = placeOfUri(uri);
    this.network.send(this, address, port, text);
  }

  respond(
    transaction: InviteServerTransaction | NonInviteServerTransaction,
    request: SipRequest,
    status: number,
    options: ResponseOptions = {},
  ): void {
    const text = buildResponse(request, status, { topVia: transaction.topVia, ...options });
    transaction.respond(status, text, this.now);
  }
}
