import type { Flow, UdpFlows } from '../base/flow.ts';
import { ipv4Bits } from './ipv4-bits.ts';
import type { NativeSocket } from './native-socket.ts';

/** So many are received before others of the thread have their turn. */
const AT_ONCE = 32;

/**
 * Receives and sends the datagrams of a socket by the system's own calls. `received` is called for each that comes.
 */
export class DirectDatagrams {
  readonly #socket: NativeSocket;
  readonly #flows: UdpFlows;
  readonly #received: (text: string, flow: Flow) => void;
  #open = true;

  constructor(socket: NativeSocket, flows: UdpFlows, received: (text: string, flow: Flow) => void) {
    this.#socket = socket;
    this.#flows = flows;
    this.#received = received;
    socket.whenReadable(() => this.#receive());
  }

  /** False where the system did not take it: it must wait, or cannot be sent. */
  send(flow: Flow, text: string): boolean {
    const address = ipv4Bits(flow.address);
    return address !== undefined && this.#socket.send(text, address, flow.port);
  }

  /** To be called before the socket is closed. */
  close(): void {
    this.#open = false;
  }

  /** To be called when it has been closed. */
  closed(): void {
    this.#socket.forget();
  }

  /**
   * Something has come. Where it is an INVITE, its answers have mostly come by the time that it has been worked on: to look
   * for more costs less than to be told of it. Whatever is left is told of again.
   */
  #receive(): void {
    for (let count = 0; count < AT_ONCE && this.#open; count += 1) {
      const text = this.#socket.receive();
      if (text === undefined) return;
      this.#handOn(text);
    }
  }

  #handOn(text: string): void {
    const { address, port } = this.#socket.source;
    // Nobody can be answered at port 0: such a source is forged.
    if (port === 0) return;
    try {
      this.#received(text, this.#flows.ofIpv4(address, port));
    } catch (thrown) {
      // Native code cannot take it; from an immediate it goes where it would have gone.
      setImmediate(() => {
        throw thrown;
      });
    }
  }
}
