import type { Ffi } from './native-socket.ts';

export const AF_INET = 2;

// On 64-bit Linux. struct msghdr: pointer to the name, its length, pointer to the iovec, how many of those; the rest stays 0.
const HEADER = 56;
const NAME_LENGTH = 8;
const IOVEC_POINTER = 16;
const IOVECS = 24;
// struct iovec: pointer, length.
const IOVEC = HEADER;
const LENGTH = IOVEC + 8;
// struct sockaddr_in: two bytes family, two bytes port, four bytes address, eight of nothing.
const NAME = IOVEC + 16;
const NAME_BYTES = 16;
const PORT = NAME + 2;
const ADDRESS = NAME + 4;

/**
 * Memory for one datagram and the IPv4 address of its peer, as recvmsg(2) and sendmsg(2) take it. The system holds
 * pointers into it during a call only, and it is never moved.
 */
export class MessageMemory {
  /** Of the struct msghdr. */
  readonly pointer: bigint;
  readonly #fields: DataView;
  readonly #bytes: Buffer;

  /** `room`: how many bytes the datagram may have. */
  constructor(ffi: Ffi, room: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(room));
    const fields = new DataView(new ArrayBuffer(NAME + NAME_BYTES));
    this.#fields = fields;
    this.pointer = ffi.getRawPointer(fields);
    fields.setBigUint64(0, this.pointer + BigInt(NAME), true);
    fields.setUint32(NAME_LENGTH, NAME_BYTES, true);
    fields.setBigUint64(IOVEC_POINTER, this.pointer + BigInt(IOVEC), true);
    fields.setBigUint64(IOVECS, 1n, true);
    fields.setBigUint64(IOVEC, ffi.getRawPointer(this.#bytes), true);
    fields.setUint32(LENGTH, room, true);
    fields.setUint16(NAME, AF_INET, true);
  }

  /** The peer's address as in `ipv4Bits`. */
  get address(): number {
    return this.#fields.getUint32(ADDRESS);
  }

  get port(): number {
    return this.#fields.getUint16(PORT);
  }

  /** The first `length` bytes, one character for each. */
  text(length: number): string {
    return this.#bytes.latin1Slice(0, length);
  }

  /** `text` must fit. */
  write(text: string, address: number, port: number): void {
    this.#bytes.latin1Write(text, 0, text.length);
    this.#fields.setUint32(LENGTH, text.length, true);
    this.#fields.setUint32(ADDRESS, address);
    this.#fields.setUint16(PORT, port);
  }
}
