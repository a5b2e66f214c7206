import { closeSync, fstatSync, openSync, readSync, statSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import type { SpoolPosition } from './spool.ts';
import { type DiskError, diskError, MAX_LINE_BYTES, spoolFileNumbers, spoolFilePath } from './spool-files.ts';

/** Whole lines, in the order in which they were written. */
export interface SpoolBatch {
  readonly lines: readonly string[];
  /** Behind the last of them: where to read on once they are in the store. */
  readonly next: SpoolPosition;
  /** How many torn lines were passed over on the way. */
  readonly torn: number;
}

const NEWLINE = 0x0a;
const START: SpoolPosition = { file: 0, offset: 0 };

/** The control plane's end of a trunk server's spool. It keeps no position: that stands in the store. */
export class SpoolReader {
  readonly #folder: string;
  readonly #trunkServer: TrunkServerId;
  readonly #batchBytes: number;

  /** `batchBytes`: some 800 calls, for which the thread of the control plane does nothing else for about 20 ms. */
  constructor(folder: string, trunkServer: TrunkServerId, batchBytes = 512 * 1024) {
    this.#folder = folder;
    this.#trunkServer = trunkServer;
    this.#batchBytes = batchBytes;
  }

  /**
   * The next lines behind `from`; undefined where there is no whole line yet. A batch without lines moves the
   * position past something torn.
   */
  read(from: SpoolPosition = START): Result<SpoolBatch | undefined, DiskError> {
    // Listed before anything is read: where a higher number exists, a lower file is no longer written.
    const numbers = spoolFileNumbers(this.#folder, this.#trunkServer);
    if (!numbers.ok) return numbers;
    const last = numbers.value.at(-1);
    let torn = 0;
    try {
      for (const file of numbers.value) {
        if (file < from.file) continue;
        const offset = file === from.file ? from.offset : 0;
        const piece = this.#readFile(file, offset);
        torn += piece.torn;
        const next = { file, offset: offset + piece.bytes };
        if (piece.lines.length > 0) return ok({ lines: piece.lines, next, torn });
        if (piece.bytes > 0) return ok({ lines: [], next, torn });
        if (file !== last && piece.tail > 0) torn += 1;
      }
    } catch (thrown) {
      return err(diskError(thrown));
    }
    return ok(undefined);
  }

  /** How many bytes lie behind `from`. */
  backlog(from: SpoolPosition = START): Result<number, DiskError> {
    const numbers = spoolFileNumbers(this.#folder, this.#trunkServer);
    if (!numbers.ok) return numbers;
    let bytes = 0;
    try {
      for (const file of numbers.value) {
        if (file < from.file) continue;
        const { size } = statSync(spoolFilePath(this.#folder, this.#trunkServer, file));
        bytes += size - (file === from.file ? from.offset : 0);
      }
    } catch (thrown) {
      return err(diskError(thrown));
    }
    return ok(Math.max(0, bytes));
  }

  /** Deletes the files that lie wholly before `position`. The one being written always stays. */
  discardBefore(position: SpoolPosition): Result<void, DiskError> {
    const numbers = spoolFileNumbers(this.#folder, this.#trunkServer);
    if (!numbers.ok) return numbers;
    try {
      for (const file of numbers.value) {
        if (file < position.file) unlinkSync(spoolFilePath(this.#folder, this.#trunkServer, file));
      }
      return ok(undefined);
    } catch (thrown) {
      return err(diskError(thrown));
    }
  }

  #readFile(file: number, offset: number): Piece {
    const descriptor = openSync(spoolFilePath(this.#folder, this.#trunkServer, file), 'r');
    try {
      const bytes = readUpTo(descriptor, offset, this.#batchBytes);
      const piece = wholeLines(bytes);
      if (piece.bytes > 0 || bytes.length < this.#batchBytes) return piece;
      // One line is longer than a batch.
      const more = readUpTo(descriptor, offset, MAX_LINE_BYTES);
      const longer = wholeLines(more);
      if (longer.bytes > 0 || more.length < MAX_LINE_BYTES) return longer;
      return { lines: [], bytes: skipLine(descriptor, offset + more.length) - offset, tail: 0, torn: 1 };
    } finally {
      closeSync(descriptor);
    }
  }
}

interface Piece {
  readonly lines: readonly string[];
  /** How many bytes these lines take up. */
  readonly bytes: number;
  /** How many bytes follow that are no whole line. */
  readonly tail: number;
  readonly torn: number;
}

function wholeLines(bytes: Buffer): Piece {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
  return { lines, bytes: end, tail: bytes.length - end, torn: 0 };
}

function readUpTo(descriptor: number, offset: number, most: number): Buffer {
  // No more than there is: a large buffer for every small batch keeps the garbage collector busy.
  const length = Math.max(0, Math.min(most, fstatSync(descriptor).size - offset));
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Where the line ends that `offset` lies in: no writer of ours makes one this long, so the disk did. */
function skipLine(descriptor: number, offset: number): number {
  let at = offset;
  for (;;) {
    const bytes = readUpTo(descriptor, at, MAX_LINE_BYTES);
    const newline = bytes.indexOf(NEWLINE);
    if (newline !== -1) return at + newline + 1;
    if (bytes.length === 0) return at;
    at += bytes.length;
  }
}
