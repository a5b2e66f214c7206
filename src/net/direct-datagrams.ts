import type { Flow, UdpFlows } from '../base/flow.ts';
import { ipv4Bits } from './ipv4-bits.ts';
import type { NativeSocket } from './native-socket.ts';

/** So many are received before others of the thread have their turn. */
const AT_ONCE = 32;

/** While there was one waiting alone each time, only each so manieth time it is tried whether there are two. */
const TRIED_EACH = 8;

/**
 * Receives and sends the datagrams of a socket by the system's own calls. `received` is called for each that comes.
 */
export class DirectDatagrams {
  readonly #socket: NativeSocket;
  readonly #flows: UdpFlows;
  readonly #received: (text: string, flow: Flow) => void;
  #open = true;
  /** How many times more only one datagram is received at once. */
  #single = 0;

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
   * Something has come. To look for more than one costs a call that mostly finds nothing, at a low rate; at a high one
   * it saves a turn of the event loop. Whatever is not found now is told of again.
   */
  #receive(): void {
    const most = this.#single > 0 ? 1 : AT_ONCE;
    this.#single -= 1;
    let count = 0;
    while (count < most && this.#open) {
      const text = this.#socket.receive();
      if (text === undefined) break;
      count += 1;
      this.#handOn(text);
    }
    if (most > 1) this.#single = count > 1 ? 0 : TRIED_EACH - 1;
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
