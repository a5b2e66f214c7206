import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { type Ffi, NativeSocket } from './native-socket.ts';

// Options of SOL_SOCKET.
const SO_REUSEPORT = 15;
const SO_ATTACH_REUSEPORT_CBPF = 51;

// Instructions of the classic Berkeley Packet Filter, as linux/filter.h puts them together.
const LOAD_WORD = 0x20;
const LOAD_WORD_AT_INDEX = 0x40;
const LOAD_LENGTH = 0x80;
const SUBTRACT = 0x14;
const MAKE_INDEX = 0x07;
const IF_EQUAL = 0x15;
const RETURN = 0x06;

/** The first socket of the two, and the second. */
const AT_ONCE = 0;
const LATER = 1;

/** Lines of the program. */
const LINE = { whole: 7, later: 12, atOnce: 13 } as const;

type Instruction = readonly [instruction: number, operand: number, equal?: number, other?: number];

/**
 * Which of the two sockets gets a datagram: instruction, operand and, where it compares, the line at which it goes on when they
 * are equal, and the one when they are not; a line that is not named is the next. Words are four octets. What is too short for an instruction
 * is for the first.
 */
const PROGRAM: readonly Instruction[] = [
  [LOAD_WORD, 0],
  [IF_EQUAL, octets('BYE '), LINE.later],
  [IF_EQUAL, octets('REGI'), LINE.later],
  [IF_EQUAL, octets('ACK '), LINE.whole],
  [IF_EQUAL, octets('SIP/'), 5, LINE.atOnce],
  [LOAD_WORD, 8],
  [IF_EQUAL, octets('100 '), LINE.later, LINE.atOnce],
  // `whole`: an ACK with a body is for the first.
  [LOAD_LENGTH, 0],
  [SUBTRACT, 4],
  [MAKE_INDEX, 0],
  [LOAD_WORD_AT_INDEX, 0],
  [IF_EQUAL, octets('\r\n\r\n'), LINE.later, LINE.atOnce],
  [RETURN, LATER],
  [RETURN, AT_ONCE],
];

// struct sock_filter: two octets instruction, one each for the jumps, four operand.
const INSTRUCTION = 8;
// struct sock_fprog on 64-bit Linux: two octets length, pointer to the instructions at 8.
const PROGRAM_HEADER = 16;

/**
 * A second socket for the address that `first` is bound to. The kernel gives it what nobody waits for, and `first` all else
 * (decision 031). It belongs to the caller, who closes it. Undefined where that cannot be had.
 */
export async function bindLater(
  ffi: Ffi,
  first: NativeSocket,
  bound: AddressInfo,
): Promise<{ readonly socket: Socket; readonly native: NativeSocket } | undefined> {
  // Set only now: an address that somebody else has was refused.
  if (!first.setOption(SO_REUSEPORT, new DataView(Int32Array.of(1).buffer))) return undefined;
  const socket = createSocket({ type: 'udp4', reusePort: true });
  const isBound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ address: bound.address, port: bound.port, exclusive: true }, () => resolve(true));
  });
  const native = isBound ? NativeSocket.of(ffi, bound, first) : undefined;
  if (native !== undefined && first.setOption(SO_ATTACH_REUSEPORT_CBPF, program(ffi)))
    return { socket, native };
  socket.close();
  return undefined;
}

function program(ffi: Ffi): DataView {
  const instructions = new DataView(new ArrayBuffer(PROGRAM.length * INSTRUCTION));
  for (const [index, [instruction, operand, equal, other]] of PROGRAM.entries()) {
    const at = index * INSTRUCTION;
    // Jumps count from the next line.
    const next = index + 1;
    instructions.setUint16(at, instruction, true);
    instructions.setUint8(at + 2, (equal ?? next) - next);
    instructions.setUint8(at + 3, (other ?? next) - next);
    instructions.setUint32(at + 4, operand, true);
  }
  const header = new DataView(new ArrayBuffer(PROGRAM_HEADER));
  header.setUint16(0, PROGRAM.length, true);
  header.setBigUint64(8, ffi.getRawPointer(instructions), true);
  kept.set(header, instructions);
  return header;
}

/** The instructions live as long as what points to them. */
const kept = new WeakMap<DataView, DataView>();

/** Four of them, as the filter loads them. */
function octets(text: string): number {
  return Buffer.from(text, 'latin1').readUInt32BE();
}
