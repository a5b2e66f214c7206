import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../base/result.ts';
import { callId, trunkServerId } from '../domain/ids.ts';
import type { SpoolEvent } from './messages.ts';
import type { SpoolPosition } from './spool.ts';
import { parseSpoolLine } from './spool-event.ts';
import { spoolFilePath } from './spool-files.ts';
import { SpoolReader } from './spool-reader.ts';
import { type SpoolLimits, SpoolWriter } from './spool-writer.ts';

const TRUNK1 = trunkServerId('trunk1');
const LIMITS: SpoolLimits = { fileBytes: 1_000, totalBytes: 1_000_000 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-spool-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function event(number: number): SpoolEvent {
  return { kind: 'callEnded', call: callId(`call-${number}`), at: number };
}

function open(now = 1, limits = LIMITS): SpoolWriter {
  return must(SpoolWriter.open(folder, TRUNK1, now, limits));
}

/** Reads everything behind `from`: the events' numbers, and where it ended. */
function drain(
  reader: SpoolReader,
  from?: SpoolPosition,
): { at: number[]; position: SpoolPosition | undefined } {
  const at: number[] = [];
  let position = from;
  for (;;) {
    const batch = must(reader.read(position));
    if (batch === undefined) return { at, position };
    for (const line of batch.lines) {
      const read = parseSpoolLine(line);
      at.push(read?.kind === 'callEnded' ? read.at : -1);
    }
    position = batch.next;
  }
}

function lastFile(): string {
  const numbers = readdirSync(folder).map((name) => Number(name.split('.')[1]));
  return spoolFilePath(folder, TRUNK1, Math.max(...numbers));
}

describe('the spool', () => {
  test('gives back what was appended, once, in order', () => {
    const writer = open();
    const end = must(writer.append([event(1), event(2)]));
    const reader = new SpoolReader(folder, TRUNK1);
    expect(drain(reader)).toEqual({ at: [1, 2], position: end });
    must(writer.append([event(3)]));
    expect(drain(reader, end).at).toEqual([3]);
    writer.close();
  });

  test('is empty where there is no folder yet', () => {
    expect(must(new SpoolReader(join(folder, 'none'), TRUNK1).read())).toBeUndefined();
  });

  test('keeps the trunk servers apart, also where one name begins with the other', () => {
    const other = must(SpoolWriter.open(folder, trunkServerId('trunk1.2'), 1));
    must(other.append([event(9)]));
    must(open().append([event(1)]));
    expect(drain(new SpoolReader(folder, TRUNK1)).at).toEqual([1]);
    expect(drain(new SpoolReader(folder, trunkServerId('trunk1.2'))).at).toEqual([9]);
  });

  test('a full file is followed by the next, and a consumed one is deleted', () => {
    const writer = open();
    for (let i = 0; i < 100; i += 1) must(writer.append([event(i)]));
    expect(readdirSync(folder).length).toBeGreaterThan(3);
    const reader = new SpoolReader(folder, TRUNK1);
    const { at, position } = drain(reader);
    expect(at).toEqual(Array.from({ length: 100 }, (_, i) => i));
    if (position === undefined) throw new Error('nothing was read');
    must(reader.discardBefore(position));
    expect(readdirSync(folder)).toHaveLength(1);
    writer.consumed(position);
    expect(writer.bytes).toBeLessThan(LIMITS.fileBytes + 100);
  });

  test('a line that was torn by a crash is passed over, and a restart begins a fresh file behind it', () => {
    must(open().append([event(1)]));
    appendFileSync(lastFile(), '{"kind":"callEn');
    const reader = new SpoolReader(folder, TRUNK1);
    const before = drain(reader);
    expect(before.at).toEqual([1]);
    must(open().append([event(2)]));
    expect(drain(reader, before.position).at).toEqual([2]);
    expect(drain(reader).at).toEqual([1, 2]);
    expect(must(reader.read(before.position))?.torn).toBe(1);
  });

  test('a file number is never used twice, also where the folder was emptied', () => {
    const first = must(open(1_000).append([event(1)]));
    rmSync(folder, { recursive: true });
    const second = must(open(2_000).append([event(2)]));
    expect(second.file).toBeGreaterThan(first.file);
    expect(drain(new SpoolReader(folder, TRUNK1), first).at).toEqual([2]);
    // The clock was set back: the file that stands there is not written on all the same.
    expect(must(open(5).append([event(3)])).file).toBe(second.file + 1);
  });

  test('a file that lost its end with the power is not read again from its beginning', () => {
    const end = must(open().append([event(1), event(2)]));
    truncateSync(lastFile(), 10);
    must(open().append([event(3)]));
    expect(drain(new SpoolReader(folder, TRUNK1), end).at).toEqual([3]);
  });

  test('more than the limit is refused and leaves what is there alone; room comes back when it is consumed', () => {
    const writer = open(1, { fileBytes: 100, totalBytes: 250 });
    const big = Array.from({ length: 4 }, (_, i) => event(i));
    const end = must(writer.append(big));
    expect(writer.append(big)).toMatchObject({
      ok: false,
      error: { cause: { kind: 'full', limit: 250 }, written: 0 },
    });
    expect(drain(new SpoolReader(folder, TRUNK1)).at).toEqual([0, 1, 2, 3]);
    writer.consumed({ file: end.file + 1, offset: 0 });
    expect(writer.append(big).ok).toBe(true);
  });

  test('an event too long for a line is refused', () => {
    const long: SpoolEvent = { kind: 'callEnded', call: callId('x'.repeat(1024 * 1024)), at: 1 };
    expect(open(1, { fileBytes: 1_000, totalBytes: 1e9 }).append([long])).toMatchObject({
      ok: false,
      error: { cause: { kind: 'tooLong' } },
    });
  });

  test('a disk that refuses is an error, and the next append that it takes goes to a fresh file', () => {
    const writer = open();
    const first = must(writer.append([event(1)]));
    writer.close();
    rmSync(folder, { recursive: true });
    expect(writer.append([event(2)])).toMatchObject({
      ok: false,
      error: { cause: { kind: 'disk', code: 'ENOENT' }, written: 0 },
    });
    const again = open();
    again.close();
    const second = must(writer.append([event(3)]));
    expect(second.file).toBeGreaterThan(first.file);
    expect(drain(new SpoolReader(folder, TRUNK1)).at).toEqual([3]);
  });

  test('a folder that cannot be made is an error', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(SpoolWriter.open(join(folder, 'file'), TRUNK1, 1)).toMatchObject({
      ok: false,
      error: { kind: 'disk' },
    });
  });

  test('damage without any newline is passed over in bounded memory', () => {
    writeFileSync(spoolFilePath(folder, TRUNK1, 1), Buffer.alloc(3 * 1024 * 1024, 0x41));
    appendFileSync(spoolFilePath(folder, TRUNK1, 1), `\n${JSON.stringify(event(7))}\n`);
    const reader = new SpoolReader(folder, TRUNK1);
    const skipped = must(reader.read());
    expect(skipped).toMatchObject({ lines: [], torn: 1 });
    expect(drain(reader, skipped?.next).at).toEqual([7]);
  });

  test('a line longer than a batch is read whole', () => {
    const long: SpoolEvent = { kind: 'callEnded', call: callId('x'.repeat(5_000)), at: 5 };
    must(open(1, { fileBytes: 1e6, totalBytes: 1e7 }).append([event(1), long, event(2)]));
    expect(drain(new SpoolReader(folder, TRUNK1, 100)).at).toEqual([1, 5, 2]);
  });

  test('whatever the order of appends, reads, crashes and restarts: each event comes once and in order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), events: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ kind: fc.constant('read' as const) }),
      fc.record({ kind: fc.constant('discard' as const) }),
      fc.record({ kind: fc.constant('crash' as const), torn: fc.integer({ min: 0, max: 30 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 40, max: 400 }),
        (steps, batchBytes) => {
          rmSync(folder, { recursive: true, force: true });
          const reader = new SpoolReader(folder, TRUNK1, batchBytes);
          let writer = open(1, { fileBytes: 200, totalBytes: 1e6 });
          let appended = 0;
          let position: SpoolPosition | undefined;
          const seen: number[] = [];
          const take = (): boolean => {
            const batch = must(reader.read(position));
            if (batch === undefined) return false;
            for (const line of batch.lines) {
              const read = parseSpoolLine(line);
              seen.push(read?.kind === 'callEnded' ? read.at : -1);
            }
            position = batch.next;
            return true;
          };
          for (const action of steps) {
            switch (action.kind) {
              case 'append':
                must(writer.append(Array.from({ length: action.events }, () => event(appended++))));
                break;
              case 'read':
                take();
                break;
              case 'discard':
                if (position !== undefined) must(reader.discardBefore(position));
                break;
              case 'crash':
                writer.close();
                if (appended > 0) appendFileSync(lastFile(), JSON.stringify(event(-1)).slice(0, action.torn));
                writer = open(1, { fileBytes: 200, totalBytes: 1e6 });
                break;
            }
          }
          while (take());
          writer.close();
          expect(seen).toEqual(Array.from({ length: appended }, (_, i) => i));
        },
      ),
    );
  });
});
