import type { Flow, UdpFlows } from '../base/flow.ts';
import type { DatagramEvents } from './datagram-socket.ts';
import { ipv4Bits } from './ipv4-bits.ts';
import type { NativeSocket } from './native-socket.ts';

/** So many are received before others of the thread have their turn. */
const AT_ONCE = 32;

/** Those that were kept took no turn when they came. */
const KEPT_AT_ONCE = 1_024;

/** Receives and sends the datagrams of a socket by the system's own calls. */
export class DirectDatagrams {
  readonly #socket: NativeSocket;
  /** Gets what may be postponed. */
  readonly #later: NativeSocket | undefined;
  readonly #flows: UdpFlows;
  readonly #events: DatagramEvents;
  #open = true;

  constructor(
    socket: NativeSocket,
    later: NativeSocket | undefined,
    flows: UdpFlows,
    events: DatagramEvents,
  ) {
    this.#socket = socket;
    this.#later = later;
    this.#flows = flows;
    this.#events = events;
    for (const one of later === undefined ? [socket] : [socket, later]) {
      one.whenReadable(() => {
        this.#receive(one, AT_ONCE);
        this.#allReceived();
      });
    }
  }

  /** False where the system did not take it: it must wait, or cannot be sent. */
  send(flow: Flow, text: string): boolean {
    const address = ipv4Bits(flow.address);
    return address !== undefined && this.#socket.send(text, address, flow.port);
  }

  postpone(postponed: boolean): void {
    if (!this.#open) return;
    if (postponed) this.#later?.pause();
    else this.#later?.resume();
  }

  receivePostponed(): void {
    if (this.#later !== undefined) this.#receive(this.#later, KEPT_AT_ONCE);
  }

  /** To be called before the socket is closed. */
  close(): void {
    this.#open = false;
  }

  /** To be called when it has been closed. */
  closed(): void {
    this.#socket.forget();
    this.#later?.forget();
  }

  /**
   * Where an INVITE has come, its answers have mostly come by the time that it has been worked on: to look for more costs less
   * than to be told of it. Whatever is left is told of again.
   */
  #receive(socket: NativeSocket, most: number): void {
    for (let count = 0; count < most && this.#open; count += 1) {
      const text = socket.receive();
      if (text === undefined) return;
      this.#handOn(text, socket);
    }
  }

  #handOn(text: string, socket: NativeSocket): void {
    const { address, port } = socket.source;
    // Nobody can be answered at port 0: such a source is forged.
    if (port === 0) return;
    try {
      this.#events.received(text, this.#flows.ofIpv4(address, port));
    } catch (thrown) {
      throwLater(thrown);
    }
  }

  #allReceived(): void {
    try {
      this.#events.allReceived();
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

/** Native code cannot take what is thrown; from an immediate it goes where it would have gone. */
function throwLater(thrown: unknown): void {
  setImmediate(() => {
    throw thrown;
  });
}
