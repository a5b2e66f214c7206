import type { Command } from 'commander';
import { callPage, page } from '../client/answers.ts';
import { carryOut, carryOutFile, type PageOptions, withPage } from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';
import { EXIT } from '../exit-code.ts';

interface ListOptions extends PageOptions {
  readonly account?: string;
  readonly did?: string;
  readonly outcome?: string;
  readonly saved?: true;
  readonly from?: string;
  readonly until?: string;
  readonly csv?: true;
}

/** `throughline call`: what became of calls. */
export function addCall(program: Command, line: CommandLine): void {
  const group = program.command('call').description('calls of a running service');
  withPage(group.command('list'))
    .description('calls, newest first')
    .option('--account <id>', 'of this account')
    .option('--did <number>', 'for this DID')
    .option('--outcome <outcome>', 'answered, cancelled or failed')
    .option('--saved', 'those that failover saved')
    .option('--from <time>', 'that began then or later, such as 2026-11-23T00:00:00Z')
    .option('--until <time>', 'that began before')
    .option('--csv', 'all of them as a CSV file, without pages')
    .action(
      async ({ account, did, outcome, saved, from, until, csv, limit, after, ...options }: ListOptions) => {
        const query = { account, did, outcome, from, until, saved: saved === true ? 'true' : undefined };
        if (csv === true) {
          if (options.json === true) {
            return line.fail({ exit: EXIT.usage, reason: 'give either --csv or --json' });
          }
          await carryOutFile(line, options, { method: 'GET', path: '/calls', query }, line.host.out);
          return undefined;
        }
        const request = { method: 'GET', path: '/calls', query: { ...query, limit, after } } as const;
        await carryOut(line, options, request, callPage, (found) =>
          page(
            ['began', 'DID', 'caller', 'outcome', 'status', 'id'],
            found.entries.map((one) => [
              one.startedAt,
              one.did,
              one.caller,
              one.outcome,
              String(one.finalStatus),
              one.id,
            ]),
            found.next,
          ),
        );
      },
    );
}
