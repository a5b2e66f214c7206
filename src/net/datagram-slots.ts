import { AF_INET, type Ffi, SOCKADDR_IN } from './native-socket.ts';

// On 64-bit Linux. struct iovec: pointer, length.
const IOVEC = 16;
const IOVEC_LENGTH = 8;
// struct mmsghdr: a struct msghdr of 56 bytes (name, length of the name, iovec, how many of those, and what stays 0),
// the length of the datagram, and 4 bytes of nothing.
const HEADER = 64;
const HEADER_NAME_LENGTH = 8;
const HEADER_IOVEC = 16;
const HEADER_IOVECS = 24;
const HEADER_LENGTH = 56;

const PORT = 2;
const ADDRESS = 4;

/**
 * Memory for datagrams as recvmmsg(2) and sendmmsg(2) take it: for each slot a header, the address of the peer and
 * the bytes. The system holds pointers into it during a call only, and it is never moved.
 */
export class DatagramSlots {
  /** Of one datagram, in bytes. */
  readonly room: number;
  readonly #bytes: Buffer;
  /** The address of each header: those from there on are meant. */
  readonly #headers: readonly bigint[];
  readonly #tables: DataView;
  readonly #iovecs: number;
  readonly #names: number;

  constructor(ffi: Ffi, count: number, room: number) {
    this.room = room;
    this.#bytes = Buffer.from(new ArrayBuffer(count * room));
    this.#iovecs = count * HEADER;
    this.#names = this.#iovecs + count * IOVEC;
    const tables = new DataView(new ArrayBuffer(this.#names + count * SOCKADDR_IN));
    this.#tables = tables;
    const bytesAt = ffi.getRawPointer(this.#bytes);
    const at = ffi.getRawPointer(tables);
    for (let slot = 0; slot < count; slot += 1) {
      const header = slot * HEADER;
      const iovec = this.#iovecs + slot * IOVEC;
      const name = this.#names + slot * SOCKADDR_IN;
      tables.setBigUint64(header, at + BigInt(name), true);
      tables.setUint32(header + HEADER_NAME_LENGTH, SOCKADDR_IN, true);
      tables.setBigUint64(header + HEADER_IOVEC, at + BigInt(iovec), true);
      tables.setBigUint64(header + HEADER_IOVECS, 1n, true);
      tables.setBigUint64(iovec, bytesAt + BigInt(slot * room), true);
      tables.setUint32(iovec + IOVEC_LENGTH, room, true);
      tables.setUint16(name, AF_INET, true);
    }
    this.#headers = Array.from({ length: count }, (_, slot) => at + BigInt(slot * HEADER));
  }

  /** Where the headers begin, from `slot` on. */
  headers(slot: number): bigint {
    const header = this.#headers[slot];
    if (header === undefined) throw new Error(`there is no slot ${slot}`);
    return header;
  }

  /** The datagram that was received into `slot`, one character for each byte. */
  read(slot: number): string {
    const start = slot * this.room;
    const length = this.#tables.getUint32(slot * HEADER + HEADER_LENGTH, true);
    return this.#bytes.toString('latin1', start, start + length);
  }

  /** The address that it came from, as in `ipv4Bits`. */
  address(slot: number): number {
    return this.#tables.getUint32(this.#names + slot * SOCKADDR_IN + ADDRESS);
  }

  port(slot: number): number {
    return this.#tables.getUint16(this.#names + slot * SOCKADDR_IN + PORT);
  }

  /** Puts a datagram into `slot` that has room for it. */
  write(slot: number, text: string, address: number, port: number): void {
    const name = this.#names + slot * SOCKADDR_IN;
    this.#bytes.write(text, slot * this.room, 'latin1');
    this.#tables.setUint32(this.#iovecs + slot * IOVEC + IOVEC_LENGTH, text.length, true);
    this.#tables.setUint32(name + ADDRESS, address);
    this.#tables.setUint16(name + PORT, port);
  }
}
