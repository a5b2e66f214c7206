import type { Flow, UdpFlows } from '../base/flow.ts';
import { DatagramSlots } from './datagram-slots.ts';
import type { SendFailed } from './datagram-socket.ts';
import { ipv4Bits } from './ipv4-bits.ts';
import type { Ffi, NativeSocket } from './native-socket.ts';

/** So many are received, or sent, with one call. */
const BATCH = 32;
/** Room for the largest; and no two begin at the same place of a cache. */
const RECEIVED_ROOM = 65_536 + 192;
/** Larger ones, which are rare, take the other way. */
const SENT_ROOM = 8_192 + 192;

/** The owner of a socket whose datagrams are batched. */
export interface BatchOwner {
  received(text: string, flow: Flow): void;
  /** The system did not take this one now, or it does not fit: it is to be sent in the way that tells why. */
  sendAlone(flow: Flow, text: string, failed: SendFailed | undefined): void;
}

/**
 * Receives and sends datagrams with as few system calls as there are batches of them. What is sent while a batch is
 * worked off leaves when that is done.
 */
export class BatchedDatagrams {
  readonly #socket: NativeSocket;
  readonly #flows: UdpFlows;
  readonly #owner: BatchOwner;
  readonly #in: DatagramSlots;
  readonly #out: DatagramSlots;
  /** What the slots that wait to be sent hold. */
  readonly #flowsOut: Flow[] = [];
  readonly #textsOut: string[] = [];
  readonly #failedOut: (SendFailed | undefined)[] = [];
  #working = false;
  #open = true;

  private constructor(ffi: Ffi, socket: NativeSocket, flows: UdpFlows, owner: BatchOwner) {
    this.#socket = socket;
    this.#flows = flows;
    this.#owner = owner;
    this.#in = new DatagramSlots(ffi, BATCH, RECEIVED_ROOM);
    this.#out = new DatagramSlots(ffi, BATCH, SENT_ROOM);
  }

  /** Undefined where the socket could not be taken over and is as it was. */
  static takeOver(
    ffi: Ffi,
    socket: NativeSocket,
    flows: UdpFlows,
    owner: BatchOwner,
  ): BatchedDatagrams | undefined {
    const batched = new BatchedDatagrams(ffi, socket, flows, owner);
    return socket.whenReadable(() => batched.#receive()) ? batched : undefined;
  }

  send(flow: Flow, text: string, failed: SendFailed | undefined): void {
    if (!this.#open) return;
    const address = ipv4Bits(flow.address);
    if (address === undefined || text.length > this.#out.room) {
      // Not before those that were sent before it.
      this.#flush();
      this.#owner.sendAlone(flow, text, failed);
      return;
    }
    this.#out.write(this.#flowsOut.length, text, address, flow.port);
    this.#flowsOut.push(flow);
    this.#textsOut.push(text);
    this.#failedOut.push(failed);
    if (!this.#working || this.#flowsOut.length === BATCH) this.#flush();
  }

  close(): void {
    this.#flush();
    this.#open = false;
  }

  #receive(): void {
    const slots = this.#in;
    const count = this.#open ? this.#socket.receive(slots.headers(0), BATCH) : 0;
    this.#working = true;
    for (let slot = 0; slot < count && this.#open; slot += 1) {
      const port = slots.port(slot);
      // Nobody can be answered at port 0: such a source is forged.
      if (port === 0) continue;
      try {
        this.#owner.received(slots.read(slot), this.#flows.ofIpv4(slots.address(slot), port));
      } catch (thrown) {
        // Native code cannot take it; from there it goes where it would have gone.
        setImmediate(() => {
          throw thrown;
        });
      }
    }
    this.#working = false;
    this.#flush();
  }

  #flush(): void {
    const count = this.#flowsOut.length;
    if (count === 0) return;
    for (let slot = 0; slot < count; ) {
      slot += Math.max(0, this.#socket.send(this.#out.headers(slot), count - slot));
      const flow = this.#flowsOut[slot];
      if (slot === count || flow === undefined) break;
      this.#owner.sendAlone(flow, this.#textsOut[slot] ?? '', this.#failedOut[slot]);
      slot += 1;
    }
    this.#flowsOut.length = 0;
    this.#textsOut.length = 0;
    this.#failedOut.length = 0;
  }
}
