import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import type { Millis } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import { eventLine } from './event-line.ts';
import type { SpoolEvent } from './messages.ts';
import type { SpoolPosition } from './spool.ts';
import { type DiskError, diskError, MAX_LINE_BYTES, spoolFileNumbers, spoolFilePath } from './spool-files.ts';

/** Why an append failed, and how many of its events, from the first on, are on disk all the same. */
export interface AppendError {
  readonly kind: 'append';
  readonly cause:
    | DiskError
    | { readonly kind: 'full'; readonly limit: number }
    | { readonly kind: 'tooLong' };
  readonly written: number;
}

export interface SpoolLimits {
  /** A file that has grown to this many bytes is followed by a new one. */
  readonly fileBytes: number;
  /** All files of the trunk server together; beyond it an append is refused. */
  readonly totalBytes: number;
}

const DEFAULT_SPOOL_LIMITS: SpoolLimits = {
  fileBytes: 8 * 1024 * 1024,
  totalBytes: 1024 * 1024 * 1024,
};

/**
 * The trunk server's end of its spool: events as JSON lines, appended to numbered files.
 *
 * What `append` has accepted survives the death of the process (it is in the system's page cache), not the
 * loss of power. A file is never written on after a failure or a restart: whatever was torn stays the last
 * line of its file, where the reader passes over it.
 */
export class SpoolWriter {
  readonly #folder: string;
  readonly #trunkServer: TrunkServerId;
  readonly #limits: SpoolLimits;
  /** The files that the reader has not deleted yet, by number, with their size. */
  readonly #sizes: Map<number, number>;
  #total = 0;
  #file: number;
  #descriptor: number | undefined = undefined;

  private constructor(
    folder: string,
    trunkServer: TrunkServerId,
    limits: SpoolLimits,
    sizes: Map<number, number>,
    nextFile: number,
  ) {
    this.#folder = folder;
    this.#trunkServer = trunkServer;
    this.#limits = limits;
    this.#sizes = sizes;
    for (const size of sizes.values()) this.#total += size;
    this.#file = nextFile - 1;
  }

  /**
   * Makes the folder where it is missing and takes stock of what waits in it. The first file is made by the
   * first append. File numbers start at the time `now`, so that they go on rising even when somebody empties
   * the folder: a number used twice would look as if it had been consumed already.
   */
  static open(
    folder: string,
    trunkServer: TrunkServerId,
    now: Millis,
    limits: SpoolLimits = DEFAULT_SPOOL_LIMITS,
  ): Result<SpoolWriter, DiskError> {
    try {
      mkdirSync(folder, { recursive: true });
      const numbers = spoolFileNumbers(folder, trunkServer);
      if (!numbers.ok) return numbers;
      const sizes = new Map<number, number>();
      for (const file of numbers.value) {
        const stat = statSync(spoolFilePath(folder, trunkServer, file), { throwIfNoEntry: false });
        if (stat !== undefined) sizes.set(file, stat.size);
      }
      const next = Math.max(Math.floor(now), (numbers.value.at(-1) ?? 0) + 1);
      return ok(new SpoolWriter(folder, trunkServer, limits, sizes, next));
    } catch (thrown) {
      return err(diskError(thrown));
    }
  }

  /** Bytes that wait in all files, as far as the writer knows. */
  get bytes(): number {
    return this.#total;
  }

  /** Appends the events in one write. On success all of them are kept; the position is behind the last. */
  append(events: readonly SpoolEvent[]): Result<SpoolPosition, AppendError> {
    let text = '';
    for (const event of events) text += `${eventLine(event)}\n`;
    const bytes = Buffer.from(text, 'utf8');
    // One event alone is the only way past the limit that is worth telling apart: batches are split below it.
    if (bytes.length > MAX_LINE_BYTES && longestLine(bytes) > MAX_LINE_BYTES)
      return refuse({ kind: 'tooLong' });
    if (this.#total + bytes.length > this.#limits.totalBytes) {
      return refuse({ kind: 'full', limit: this.#limits.totalBytes });
    }
    let written = 0;
    try {
      const descriptor = this.#open();
      while (written < bytes.length) {
        const count = writeSync(descriptor, bytes, written, bytes.length - written);
        written += count;
        this.#grow(count);
      }
    } catch (thrown) {
      const cause = diskError(thrown);
      this.close();
      return err({ kind: 'append', cause, written: countLines(bytes, written) });
    }
    const position = { file: this.#file, offset: this.#sizes.get(this.#file) ?? 0 };
    if (position.offset >= this.#limits.fileBytes) this.close();
    return ok(position);
  }

  /** The store has everything before this position: its files are deleted, or about to be. */
  consumed(position: SpoolPosition): void {
    for (const [file, size] of this.#sizes) {
      if (file >= position.file) continue;
      this.#sizes.delete(file);
      this.#total -= size;
    }
  }

  /** Ends the file; another append begins the next. */
  close(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      closeSync(descriptor);
    } catch (thrown) {
      // Late write errors of some file systems come here; the file is not written on either way.
      diskError(thrown);
    }
  }

  #open(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    this.#file += 1;
    // 'ax': a file that exists is never written on.
    this.#descriptor = openSync(spoolFilePath(this.#folder, this.#trunkServer, this.#file), 'ax', 0o600);
    this.#sizes.set(this.#file, 0);
    return this.#descriptor;
  }

  #grow(count: number): void {
    this.#sizes.set(this.#file, (this.#sizes.get(this.#file) ?? 0) + count);
    this.#total += count;
  }
}

function refuse(cause: AppendError['cause']): Result<SpoolPosition, AppendError> {
  return err({ kind: 'append', cause, written: 0 });
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

function longestLine(bytes: Buffer): number {
  let longest = 0;
  let start = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, start)) {
    longest = Math.max(longest, at + 1 - start);
    start = at + 1;
  }
  return longest;
}
