import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import { err, type Result } from '../../base/result.ts';
import { realClock } from '../../net/real-clock.ts';
import type { TableTotals } from '../../store/export-file.ts';
import { type CommandLine, withConfig } from '../command-line.ts';
import {
  type DatabasePlace,
  databasePlace,
  nameOf,
  onExisting,
  onUnused,
  openWhole,
  unavailable,
} from '../database.ts';
import { EXIT, type StartFailure } from '../exit-code.ts';
import { findSealingKey } from '../sealing-key.ts';
import { columns } from '../text-table.ts';
import { migrate } from './migrate.ts';

interface Options {
  readonly config?: string;
  readonly json?: true;
}

/** `throughline export` and `throughline import`: everything from one database to another. */
export function addMove(program: Command, line: CommandLine): void {
  withConfig(program.command('export'))
    .description('write everything that the database holds into a file, to import it into another')
    .argument('<file>', 'a new file; it will hold secrets')
    .option('--json', 'answer in JSON')
    .action(async (file: string, options: Options) => {
      const loaded = line.settings(options.config);
      if (loaded === undefined) return;
      const place = databasePlace(loaded.config);
      const totals = await onExisting(place, () => exportTo(place, resolve(file), line.host.version));
      report(line, totals, options, `exported ${nameOf(place)} to ${file}`);
    });
  withConfig(program.command('import'))
    .description('take over an export into an empty database, all or nothing')
    .argument('<file>', 'a file that throughline export made')
    .option('--json', 'answer in JSON')
    .action(async (file: string, options: Options) => {
      const loaded = line.settings(options.config);
      if (loaded === undefined) return;
      const { config } = loaded;
      const place = databasePlace(config);
      const readable = demandFile(resolve(file));
      if (!readable.ok) return line.fail(readable.error);
      const key = findSealingKey(config);
      if (!key.ok) return line.fail(key.error);
      const ready = await migrate(place, config);
      if (!ready.ok) return line.fail(ready.error);
      const totals = await onUnused(place, config, () => importFrom(place, resolve(file), key.value?.id));
      report(line, totals, options, `imported ${file} into ${nameOf(place)}`);
    });
}

function report(
  line: CommandLine,
  totals: Result<TableTotals, StartFailure>,
  { json }: Options,
  done: string,
): void {
  if (!totals.ok) {
    line.fail(totals.error);
  } else if (json === true) {
    line.sayJson({ tables: totals.value });
  } else {
    const rows = Object.entries(totals.value).map(([name, { rows: count }]) => [name, String(count)]);
    line.say(columns(['table', 'rows'], rows));
    line.say(`\n${done}; ${totalOf(totals.value)} rows`);
  }
}

function totalOf(totals: TableTotals): number {
  return Object.values(totals).reduce((sum, { rows }) => sum + rows, 0);
}

function demandFile(path: string): Result<true, StartFailure> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return { ok: true, value: true };
  return err({
    exit: EXIT.notThere,
    reason: `there is no file ${path}; name one that throughline export made`,
  });
}

async function exportTo(
  place: DatabasePlace,
  path: string,
  version: string,
): Promise<Result<TableTotals, StartFailure>> {
  const database = openWhole(place);
  if (!database.ok) return err(unavailable(place, database.error));
  // Never over a file that is there: it may be the only copy of something. It holds secrets, so it is ours alone.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  let failure: Error | undefined;
  file.on('error', (error) => {
    failure = error;
  });
  try {
    await once(file, 'open');
    const written = await database.value.export(version, realClock.now(), async (text) => {
      if (failure !== undefined) throw failure;
      if (!file.write(text)) await once(file, 'drain');
    });
    // The disk's failure ends the export too, and is not the database's.
    if (failure !== undefined) throw failure;
    file.end();
    await finished(file);
    if (written.ok) return written;
    rmSync(path);
    if (written.error.kind === 'storeUnavailable') return err(unavailable(place, written.error));
    const { newestRun, newestKnown } = written.error;
    return err({
      exit: EXIT.refused,
      reason: `${nameOf(place)} is at ${newestRun ?? 'no schema'} and this version at ${newestKnown}; run throughline migrate first, or the version that made it`,
    });
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    if (thrown.code === 'EEXIST') {
      return err({ exit: EXIT.cannotCreate, reason: `${path} is there already; name a file that is not` });
    }
    rmSync(path, { force: true });
    return err({ exit: EXIT.cannotCreate, reason: `${path} cannot be written (${thrown.code})` });
  } finally {
    file.destroy();
    await database.value.close();
  }
}

async function importFrom(
  place: DatabasePlace,
  path: string,
  keyId: string | undefined,
): Promise<Result<TableTotals, StartFailure>> {
  const database = openWhole(place);
  if (!database.ok) return err(unavailable(place, database.error));
  const input = createReadStream(path, 'utf8');
  try {
    await once(input, 'open');
    const lines = new FileLines(input);
    const taken = await database.value.import(lines.each(), keyId);
    if (lines.failure !== undefined) throw lines.failure;
    if (taken.ok) return taken;
    if (taken.error.kind === 'storeUnavailable') return err(unavailable(place, taken.error));
    const { line, message } = taken.error;
    return err({ exit: EXIT.refused, reason: `${path}${line === undefined ? '' : `:${line}`}: ${message}` });
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    return err({ exit: EXIT.notThere, reason: `${path} cannot be read (${thrown.code})` });
  } finally {
    input.destroy();
    await database.value.close();
  }
}

/** Far above any row; what is longer is no export. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** The lines of a file, as they are asked for. A failure to read ends them. */
class FileLines {
  failure: unknown;
  readonly #input: AsyncIterable<unknown>;

  constructor(input: AsyncIterable<unknown>) {
    this.#input = input;
  }

  async *each(): AsyncGenerator<string> {
    let rest = '';
    try {
      for await (const chunk of this.#input) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
        if (rest.length > LONGEST_LINE) break;
      }
    } catch (thrown) {
      this.failure = thrown;
    }
    if (rest !== '') yield rest;
  }
}

function isFileError(thrown: unknown): thrown is Error & { readonly code: string } {
  return (
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && 'syscall' in thrown
  );
}
