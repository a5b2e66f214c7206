import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse.ts';

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** One datagram as an agent saw it leave or come. */
export interface Sighting {
  /** Milliseconds on the monotonic clock of this process. */
  readonly at: number;
  readonly agent: string;
  readonly direction: 'sent' | 'received';
  readonly peer: Address;
  readonly message: SipRequest | SipResponse;
}

export type Watcher = (sighting: Sighting) => void;

export type MessageHandler = (message: SipRequest | SipResponse, from: Address) => void;

/** The UDP socket of one agent. Everything that goes through it is shown to the watcher. */
export class SipSocket {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  onMessage: MessageHandler = () => {};
  readonly #socket: Socket;
  readonly #watcher: Watcher;
  #open = true;

  private constructor(name: string, socket: Socket, watcher: Watcher) {
    const { address, port } = socket.address();
    this.name = name;
    this.address = address;
    this.port = port;
    this.#socket = socket;
    this.#watcher = watcher;
    socket.on('message', (data, from) => this.#received(data.toString('latin1'), from));
    // A peer that is gone answers with ICMP; for an agent that is the same as no answer.
    socket.on('error', () => {});
  }

  /** Port 0 takes any free one. */
  static async open(name: string, at: Address, watcher: Watcher = () => {}): Promise<SipSocket> {
    const socket = createSocket('udp4');
    socket.bind(at.port, at.address);
    await once(socket, 'listening');
    return new SipSocket(name, socket, watcher);
  }

  /** As it stands in Via and Contact. */
  get hostPort(): string {
    return `${this.address}:${this.port}`;
  }

  send(text: string, to: Address): void {
    if (!this.#open) return;
    this.#show(text, 'sent', to);
    this.#socket.send(Buffer.from(text, 'latin1'), to.port, to.address);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.close();
  }

  #received(text: string, from: Address): void {
    const message = this.#show(text, 'received', from);
    if (message !== undefined) this.onMessage(message, from);
  }

  #show(text: string, direction: Sighting['direction'], peer: Address): SipRequest | SipResponse | undefined {
    const message = parseMessage(text);
    if (message.kind !== 'request' && message.kind !== 'response') return undefined;
    this.#watcher({ at: performance.now(), agent: this.name, direction, peer, message });
    return message;
  }
}
