import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Flow, UdpFlows } from '../base/flow.ts';
import { err, ok, type Result } from '../base/result.ts';
import {
  type DatagramEvents,
  type DatagramSocket,
  MAX_DATAGRAM,
  type SendFailed,
} from './datagram-socket.ts';
import { DirectDatagrams } from './direct-datagrams.ts';
import { bindLater } from './later-socket.ts';
import { NativeSocket, nativeCalls } from './native-socket.ts';
import { type BindError, bindError, sendError } from './socket-error.ts';

/** A burst of some thousand datagrams waits in the kernel while the thread is busy. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** How datagrams go past node:dgram. */
interface Direct {
  readonly native: NativeSocket;
  readonly later: Awaited<ReturnType<typeof bindLater>>;
}

/**
 * RFC 3261 section 18 over a socket of node:dgram. Where the system's own calls can be had, datagrams go past node:dgram
 * (decision 022). Flows are interned in `flows`, so that equal ones are one object.
 */
export class UdpSocket implements DatagramSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #laterSocket: Socket | undefined;
  readonly #direct: DirectDatagrams | undefined;
  #open = true;

  private constructor(socket: Socket, flows: UdpFlows, events: DatagramEvents, direct: Direct | undefined) {
    this.#socket = socket;
    const bound = socket.address();
    this.address = bound.address;
    this.port = bound.port;
    socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
      // Nobody can be answered at port 0: such a source is forged.
      if (from.port === 0) return;
      events.received(datagram.toString('latin1'), flows.of(from.address, from.port));
      events.allReceived();
    });
    socket.on('error', (error) => events.failed(sendError(error)));
    if (direct === undefined) return;
    const { later, native } = direct;
    this.#laterSocket = later?.socket;
    later?.socket.on('error', (error) => events.failed(sendError(error)));
    const datagrams = new DirectDatagrams(native, later?.native, flows, events);
    socket.once('close', () => datagrams.closed());
    this.#direct = datagrams;
  }

  /**
   * Binds to an IP address (no name; IPv6 without brackets) and port; 0 takes any free port. Not `direct`: all goes
   * through node:dgram, as it does for IPv6 and where there are no native calls.
   */
  static async bind(
    address: string,
    port: number,
    flows: UdpFlows,
    events: DatagramEvents,
    direct = true,
  ): Promise<Result<UdpSocket, BindError>> {
    const family = isIP(address);
    if (family === 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
      return err({ kind: 'badAddress', address, port });
    }
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      // Every address is a literal: the resolver of the system, with its threads, is not needed.
      lookup: (literal, _options, found) => found(null, literal, family),
    });
    const refused = await new Promise<Error | undefined>((resolve) => {
      // It stays until the socket has its owner: an error that nobody listens to would end the process.
      socket.on('error', resolve);
      socket.bind({ address, port, exclusive: true }, () => resolve(undefined));
    });
    if (refused !== undefined) {
      socket.close();
      return err(bindError(refused, address, port));
    }
    enlargeBuffers(socket);
    return ok(
      new UdpSocket(socket, flows, events, direct && family === 4 ? await directly(socket) : undefined),
    );
  }

  /** True where datagrams go past node:dgram. */
  get isDirect(): boolean {
    return this.#direct !== undefined;
  }

  /** True where `postpone` does something. */
  get postpones(): boolean {
    return this.#laterSocket !== undefined;
  }

  send(flow: Flow, text: string, failed?: SendFailed): void {
    if (!this.#open) return;
    if (text.length > MAX_DATAGRAM) {
      if (failed !== undefined) setImmediate(() => failed(flow, { kind: 'tooLarge', bytes: text.length }));
    } else if (this.#direct?.send(flow, text) !== true) this.#sendThroughNode(flow, text, failed);
  }

  postpone(postponed: boolean): void {
    this.#direct?.postpone(postponed);
  }

  receivePostponed(): void {
    this.#direct?.receivePostponed();
  }

  close(): void {
    if (!this.#open) return;
    this.#direct?.close();
    this.#open = false;
    this.#laterSocket?.close();
    this.#socket.close();
  }

  /** It waits until the system takes the datagram, or tells why that cannot be. */
  #sendThroughNode(flow: Flow, text: string, failed: SendFailed | undefined): void {
    // What comes past node:dgram is no callback of Node: it would not look for what node:dgram puts off to its next tick.
    if (this.#direct !== undefined) setImmediate(() => {});
    const datagram = Buffer.from(text, 'latin1');
    if (failed === undefined) {
      this.#socket.send(datagram, flow.port, flow.address);
      return;
    }
    this.#socket.send(datagram, flow.port, flow.address, (error) => {
      if (error !== null) failed(flow, sendError(error));
    });
  }
}

/** Undefined where there are no native calls. */
async function directly(socket: Socket): Promise<Direct | undefined> {
  const ffi = await nativeCalls();
  if (ffi === undefined) return undefined;
  const bound = socket.address();
  const native = NativeSocket.of(ffi, bound);
  if (native === undefined) return undefined;
  const later = await bindLater(ffi, native, bound);
  if (later !== undefined) enlargeBuffers(later.socket);
  return { native, later };
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
