import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { err, ok, type Result } from '../../base/result.ts';
import {
  additionPreview,
  type Did,
  didsChanged,
  didsImported,
  done,
  failoverInWords,
  importInWords,
  importPreview,
  page,
  refusedInWords,
} from '../client/answers.ts';
import { carryOut, carryOutFile, part, type ServiceOptions, withService } from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';
import { EXIT, type StartFailure } from '../exit-code.ts';

export const HEADINGS = ['number', 'account', 'trunk group', 'failover'];

export function row(one: Did): readonly string[] {
  return [one.number, one.account, one.trunkGroup, failoverInWords(one.failover)];
}

interface AddOptions extends ServiceOptions {
  readonly range?: string;
  readonly csv?: string;
  readonly trunkGroup?: string;
  readonly dryRun?: true;
}

/** `throughline did add`: a list, a range or a file. */
export function addDidAdd(group: Command, line: CommandLine): void {
  withService(group.command('add'))
    .description('add DIDs to an account, all or nothing')
    .argument('<account>')
    .argument('[numbers...]')
    .option('--range <first..last>', 'instead: every number of a range, such as 5125550100..5125550199')
    .option('--csv <file>', 'instead: a CSV file with number, and trunk group, failover number, backup')
    .option('--trunk-group <id>', 'onto this one (default: the first)')
    .option('--dry-run', 'change nothing, and say what would be added and what stands against it')
    .action(async (account: string, numbers: readonly string[], options: AddOptions) => {
      const what = additions(numbers, options);
      if (!what.ok) return line.fail(what.error);
      const path = `/accounts/${part(account)}/dids`;
      const query = { dryRun: options.dryRun === true ? 'true' : undefined };
      const request = { method: 'POST', path, query, ...what.value } as const;
      if (options.dryRun === true) {
        return await carryOut(line, options, request, additionPreview, ({ dids, warnings, refused }) => {
          if (refused.length > 0) line.exit = EXIT.refused;
          const looks = warnings.map(({ message }) => `\nwarning: ${message}`).join('');
          return `${page(HEADINGS, dids.map(row))}\n${dids.length} to add${looks}${refusedInWords(refused)}`;
        });
      }
      await carryOut(
        line,
        options,
        request,
        didsChanged,
        (added) => `${page(HEADINGS, added.dids.map(row))}\n${done('added', added)}`,
      );
    });
}

type Sent = { readonly body: unknown } | { readonly file: Uint8Array };

function additions(
  numbers: readonly string[],
  { range, csv, trunkGroup }: AddOptions,
): Result<Sent, StartFailure> {
  if ([numbers.length > 0, range !== undefined, csv !== undefined].filter(Boolean).length !== 1) {
    return err({ exit: EXIT.usage, reason: 'give either numbers, or --range, or --csv' });
  }
  if (csv !== undefined) {
    if (trunkGroup === undefined) return readCsvFile(csv);
    const reason = 'a file says the trunk group in its column of that name; leave --trunk-group out';
    return err({ exit: EXIT.usage, reason });
  }
  if (range === undefined) return ok({ body: { numbers, trunkGroup } });
  const [from, to, ...more] = range.split('..');
  if (from === undefined || to === undefined || more.length > 0) {
    const reason = `"${range}" is no range; give the first and the last number with two dots between: 5125550100..5125550199`;
    return err({ exit: EXIT.usage, reason });
  }
  return ok({ body: { range: { from, to }, trunkGroup } });
}

interface FileOptions extends ServiceOptions {
  readonly account?: string;
}

/** `throughline did export` and `import`: DIDs with their failover as a CSV file. */
export function addDidFiles(group: Command, line: CommandLine): void {
  withService(group.command('export'))
    .description('write DIDs with their failover into a CSV file, which did import takes back')
    .argument('[file]', 'without it: to the standard output')
    .option('--account <id>', 'of this account')
    .option('--failover <which>', 'own, global or none')
    .action(async (file: string | undefined, options: FileOptions & { failover?: string }) => {
      if (file === undefined && options.json === true) {
        return line.fail({ exit: EXIT.usage, reason: 'name a file with --json: else the CSV is the answer' });
      }
      let text = '';
      const take = (piece: string) => {
        if (file === undefined) line.host.out(piece);
        else text += piece;
      };
      const { account, failover } = options;
      const request = { method: 'GET', path: '/dids', query: { account, failover } } as const;
      if (!(await carryOutFile(line, options, request, take)) || file === undefined) return undefined;
      try {
        writeFileSync(resolve(file), text);
      } catch (thrown) {
        return line.fail({ exit: EXIT.cannotCreate, reason: reasonOf(thrown) });
      }
      const dids = text.split('\r\n').length - 2;
      return options.json === true
        ? line.sayJson({ file, dids })
        : line.say(`exported ${dids} DIDs to ${file}`);
    });
  withService(group.command('import'))
    .description('set the failover of DIDs as a CSV file says, all or nothing; adds and removes none')
    .argument('<file>', 'with the columns number, and failover number, backup or trunk group')
    .option('--account <id>', 'refuse DIDs that are not of this account')
    .option('--dry-run', 'change nothing, and say what would change and what is refused')
    .action(async (path: string, options: FileOptions & { dryRun?: true }) => {
      const read = readCsvFile(path);
      if (!read.ok) return line.fail(read.error);
      const query = { account: options.account, dryRun: options.dryRun === true ? 'true' : undefined };
      const request = { method: 'POST', path: '/dids/failover', query, ...read.value } as const;
      if (options.dryRun === true) {
        return await carryOut(line, options, request, importPreview, (preview) => {
          if (preview.refused.length > 0) line.exit = EXIT.refused;
          return `${importInWords(preview)}${refusedInWords(preview.refused)}`;
        });
      }
      await carryOut(line, options, request, didsImported, (changed) => {
        const { changes, unchanged } = changed;
        return done(`changed ${changes.length}, ${unchanged} unchanged`, changed);
      });
    });
}

function readCsvFile(path: string): Result<{ readonly file: Uint8Array }, StartFailure> {
  try {
    return ok({ file: readFileSync(resolve(path)) });
  } catch (thrown) {
    return err({ exit: EXIT.notThere, reason: reasonOf(thrown) });
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
