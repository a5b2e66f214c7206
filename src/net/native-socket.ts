import type { AddressInfo } from 'node:net';
import { endianness } from 'node:os';
import { ipv4Bits } from './ipv4-bits.ts';
import { AF_INET, MessageMemory } from './message-memory.ts';

/** The module node:ffi, where this Node has it. */
export type Ffi = typeof import('node:ffi');

/** More than the largest datagram has. */
const ROOM = 65_536;
const ROOM_FOR_NAME = 128;
/** Neither call waits: the event loop does. */
const MSG_DONTWAIT = 0x40;
const SOL_SOCKET = 1;
const NULL = 0n;

/** Where the layouts of message-memory.ts hold. */
const KNOWN_SYSTEM =
  process.platform === 'linux' &&
  (process.arch === 'x64' || process.arch === 'arm64') &&
  endianness() === 'LE';

/**
 * node:ffi, or undefined: on another system than 64-bit Linux, before Node 26.1, in a build without it, or where Node
 * was started with --no-experimental-ffi.
 */
export async function nativeCalls(): Promise<Ffi | undefined> {
  if (!KNOWN_SYSTEM) return undefined;
  try {
    return await import('node:ffi');
  } catch {
    return undefined;
  }
}

/**
 * The system's own calls for a bound IPv4 socket of node:dgram, which goes on to own and close it. Only functions that
 * libuv and the C library document are called.
 */
export class NativeSocket {
  /** It must live as long as anything of it may be called. */
  readonly #library: InstanceType<Ffi['DynamicLibrary']>;
  readonly #handle: bigint;
  readonly #descriptor: number;
  readonly #stop: (handle: bigint) => number;
  readonly #start: (handle: bigint, allocate: bigint, received: bigint) => number;
  readonly #noMemory: bigint;
  #callback: bigint | undefined;
  readonly #setsockopt: (fd: number, level: number, name: number, value: bigint, length: number) => number;
  readonly #address: (memory: DataView) => bigint;
  readonly #recvmsg: (fd: number, message: bigint, flags: number) => number;
  readonly #sendmsg: (fd: number, message: bigint, flags: number) => number;
  /** Where the last datagram came from that was received. */
  readonly source: MessageMemory;
  readonly #out: MessageMemory;

  private constructor(ffi: Ffi, library: InstanceType<Ffi['DynamicLibrary']>, handle: bigint) {
    this.#library = library;
    this.#handle = handle;
    const fileno = library.getFunction('uv_fileno', { arguments: ['pointer', 'pointer'], return: 'int32' });
    const descriptor = new Int32Array(1);
    if (fileno(handle, ffi.getRawPointer(descriptor)) !== 0) throw new Error('uv_fileno knows no descriptor');
    this.#descriptor = descriptor[0] ?? -1;
    // What has four arguments or more, such as recvmmsg, node:ffi calls in a way that costs more than it saves.
    const message = { arguments: ['int32', 'pointer', 'int32'], return: 'int32' } as const;
    this.#recvmsg = library.getFunction('recvmsg', message);
    this.#sendmsg = library.getFunction('sendmsg', message);
    this.#address = (memory) => ffi.getRawPointer(memory);
    this.#setsockopt = library.getFunction('setsockopt', {
      arguments: ['int32', 'int32', 'int32', 'pointer', 'int32'],
      return: 'int32',
    });
    this.#stop = library.getFunction('uv_udp_recv_stop', { arguments: ['pointer'], return: 'int32' });
    this.#start = library.getFunction('uv_udp_recv_start', {
      arguments: ['pointer', 'pointer', 'pointer'],
      return: 'int32',
    });
    this.#noMemory = library.getSymbol('uv_is_active');
    this.source = new MessageMemory(ffi, ROOM);
    this.#out = new MessageMemory(ffi, ROOM);
  }

  /** Undefined where something of it is not to be had. `beside`: another one that is bound to the same address. */
  static of(ffi: Ffi, bound: AddressInfo, beside?: NativeSocket): NativeSocket | undefined {
    try {
      const library = new ffi.DynamicLibrary(null);
      const handle = findHandle(ffi, library, bound, beside === undefined ? undefined : beside.#handle);
      return handle === undefined ? undefined : new NativeSocket(ffi, library, handle);
    } catch {
      return undefined;
    }
  }

  /**
   * From now on `readable` is called as soon as there is something to receive, instead of what node:dgram would do.
   * It is called outside of Node's callback scope: what it puts off to a promise or a next tick waits until something
   * else happens on this thread. It must not throw.
   */
  whenReadable(readable: () => void): void {
    // Its arguments are of no interest, and not to read them saves making BigInts of them.
    this.#callback = this.#library.registerCallback({ arguments: [], return: 'void' }, readable);
    this.#stop(this.#handle);
    // libuv asks for memory first. When it gets none it reads nothing and tells so (UV_ENOBUFS), which is all that is
    // wanted of it. uv_is_active stands for a function that is asked and gives none: it changes nothing.
    const refused = this.#start(this.#handle, this.#noMemory, this.#callback);
    if (refused !== 0) throw new Error(`uv_udp_recv_start: ${refused}`);
  }

  /** `readable` is not called until `resume`: what comes waits in the kernel. */
  pause(): void {
    this.#stop(this.#handle);
  }

  resume(): void {
    if (this.#callback !== undefined) this.#start(this.#handle, this.#noMemory, this.#callback);
  }

  /** setsockopt(2) with SOL_SOCKET. False: the system does not know the option, or refuses it. */
  setOption(name: number, value: DataView): boolean {
    return this.#setsockopt(this.#descriptor, SOL_SOCKET, name, this.#address(value), value.byteLength) === 0;
  }

  /** To be called when the socket has been closed: nothing calls `readable` any more. */
  forget(): void {
    if (this.#callback !== undefined) this.#library.unregisterCallback(this.#callback);
    this.#callback = undefined;
  }

  /** recvmsg(2): one datagram, one character for each byte, or undefined where there is none. */
  receive(): string | undefined {
    const length = this.#recvmsg(this.#descriptor, this.source.pointer, MSG_DONTWAIT);
    return length < 0 ? undefined : this.source.text(length);
  }

  /** sendmsg(2). `address`: as in `ipv4Bits`. False: it was refused, or must wait. */
  send(text: string, address: number, port: number): boolean {
    if (text.length > ROOM) return false;
    this.#out.write(text, address, port);
    return this.#sendmsg(this.#descriptor, this.#out.pointer, MSG_DONTWAIT) >= 0;
  }
}

/** The uv_udp_t of this thread that is bound there and is not `beside`. */
function findHandle(
  ffi: Ffi,
  library: InstanceType<Ffi['DynamicLibrary']>,
  bound: AddressInfo,
  beside: bigint | undefined,
): bigint | undefined {
  const bits = ipv4Bits(bound.address);
  if (bits === undefined) return undefined;
  const typeOf = library.getFunction('uv_handle_get_type', { arguments: ['pointer'], return: 'int32' });
  const nameOf = library.getFunction('uv_handle_type_name', { arguments: ['int32'], return: 'pointer' });
  const sockname = library.getFunction('uv_udp_getsockname', {
    arguments: ['pointer', 'pointer', 'pointer'],
    return: 'int32',
  });
  const walk = library.getFunction('uv_walk', {
    arguments: ['pointer', 'pointer', 'pointer'],
    return: 'void',
  });
  const name = new DataView(new ArrayBuffer(ROOM_FOR_NAME));
  const length = new Int32Array(1);
  const found: bigint[] = [];
  const visit = library.registerCallback({ arguments: ['pointer', 'pointer'], return: 'void' }, (handle) => {
    if (ffi.toString(nameOf(typeOf(handle))) !== 'udp') return;
    length[0] = ROOM_FOR_NAME;
    if (sockname(handle, ffi.getRawPointer(name), ffi.getRawPointer(length)) !== 0) return;
    const isOurs =
      name.getUint16(0, true) === AF_INET && name.getUint16(2) === bound.port && name.getUint32(4) === bits;
    if (isOurs && handle !== beside) found.push(handle);
  });
  walk(ffi.getCurrentEventLoop(), visit, NULL);
  library.unregisterCallback(visit);
  return found.length === 1 ? found[0] : undefined;
}
