import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Flow, UdpFlows } from '../base/flow.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type BindError, bindError, type SendError, sendError } from './socket-error.ts';

/** The largest UDP payload over IPv4; IPv6 takes 20 bytes more, which nobody misses. */
export const MAX_DATAGRAM = 65_507;

/** A burst of some thousand datagrams waits in the kernel while the thread is busy. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What a datagram socket tells its owner. */
export interface DatagramEvents {
  /** `text` holds one character for each byte (latin1). */
  received(text: string, flow: Flow): void;
  /** The socket itself is in trouble; it stays open. */
  failed(error: SendError): void;
}

/** Told about one datagram that could not be sent. */
export type SendFailed = (flow: Flow, error: SendError) => void;

/** A bound socket. An implementation that reads and writes datagrams in batches can stand behind it as well. */
export interface DatagramSocket {
  /** IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /**
   * Sends `text`, one byte for each character (latin1). Without `failed` an error goes unnoticed, which
   * saves work for answers and retransmissions; with it, it is called at most once and never before `send`
   * returns.
   */
  send(flow: Flow, text: string, failed?: SendFailed): void;
  /** Nothing is received or sent any more. */
  close(): void;
}

/** RFC 3261 section 18 over node:dgram. Flows are interned in `flows`, so that equal ones are one object. */
export class UdpSocket implements DatagramSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  #open = true;

  private constructor(socket: Socket, flows: UdpFlows, events: DatagramEvents) {
    this.#socket = socket;
    const bound = socket.address();
    this.address = bound.address;
    this.port = bound.port;
    socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
      // Nobody can be answered at port 0: such a source is forged.
      if (from.port === 0) return;
      events.received(datagram.toString('latin1'), flows.of(from.address, from.port));
    });
    socket.on('error', (error) => events.failed(sendError(error)));
  }

  /** Binds to an IP address (no name; IPv6 without brackets) and port; 0 takes any free port. */
  static bind(
    address: string,
    port: number,
    flows: UdpFlows,
    events: DatagramEvents,
  ): Promise<Result<UdpSocket, BindError>> {
    const family = isIP(address);
    if (family === 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
      return Promise.resolve(err({ kind: 'badAddress', address, port }));
    }
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      // Every address is a literal: the resolver of the system, with its threads, is not needed.
      lookup: (literal, _options, found) => found(null, literal, family),
    });
    return new Promise((resolve) => {
      const refused = (error: Error) => {
        socket.close();
        resolve(err(bindError(error, address, port)));
      };
      socket.once('error', refused);
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', refused);
        enlargeBuffers(socket);
        resolve(ok(new UdpSocket(socket, flows, events)));
      });
    });
  }

  send(flow: Flow, text: string, failed?: SendFailed): void {
    if (!this.#open) return;
    if (text.length > MAX_DATAGRAM) {
      if (failed !== undefined) queueMicrotask(() => failed(flow, { kind: 'tooLarge', bytes: text.length }));
      return;
    }
    const datagram = Buffer.from(text, 'latin1');
    if (failed === undefined) {
      this.#socket.send(datagram, flow.port, flow.address);
      return;
    }
    this.#socket.send(datagram, flow.port, flow.address, (error) => {
      if (error !== null) failed(flow, sendError(error));
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.close();
  }
}

/** Best effort: the system caps what it does not allow, and some systems refuse instead. */
function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
  } catch {
    // The sizes that the system gives are good enough to run with.
  }
}
