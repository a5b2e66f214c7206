import type { Command } from 'commander';
import {
  didPage,
  didsChanged,
  didsRemoved,
  done,
  failoverChanged,
  failoverInWords,
  page,
  plan,
} from '../client/answers.ts';
import {
  carryOut,
  type PageOptions,
  part,
  type ServiceOptions,
  withPage,
  withService,
} from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';
import { addDidAdd, addDidFiles, HEADINGS, row } from './did-files.ts';

/** `throughline did`: phone numbers and where their calls go. */
export function addDid(program: Command, line: CommandLine): void {
  const group = program.command('did').description('phone numbers of a running service');
  withPage(group.command('list'))
    .description('DIDs, by number')
    .option('--account <id>', 'of this account')
    .action(({ account, limit, after, ...options }: PageOptions & { account?: string }) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: '/dids', query: { account, limit, after } },
        didPage,
        (found) => page(HEADINGS, found.entries.map(row), found.next),
      ),
    );
  addDidAdd(group, line);
  addDidFiles(group, line);
  withService(group.command('remove'))
    .description('remove DIDs from an account, all or nothing')
    .argument('<account>')
    .argument('<numbers...>')
    .action((account: string, numbers: readonly string[], options: ServiceOptions) =>
      carryOut(
        line,
        options,
        { method: 'POST', path: `/accounts/${part(account)}/dids/remove`, body: { numbers } },
        didsRemoved,
        (removed) => done(`removed ${removed.removed}`, removed),
      ),
    );
  withService(group.command('move'))
    .description('move DIDs to another account or trunk group, all or nothing')
    .argument('<account>', 'that has them now')
    .argument('<numbers...>')
    .option('--to-account <id>')
    .option('--to-trunk-group <id>')
    .action(
      (
        account: string,
        numbers: readonly string[],
        options: ServiceOptions & { toAccount?: string; toTrunkGroup?: string },
      ) =>
        carryOut(
          line,
          options,
          {
            method: 'POST',
            path: `/accounts/${part(account)}/dids/move`,
            body: { numbers, to: { account: options.toAccount, trunkGroup: options.toTrunkGroup } },
          },
          didsChanged,
          (moved) => `${page(HEADINGS, moved.dids.map(row))}\n${done('moved', moved)}`,
        ),
    );
  addFailover(group, line);
}

interface FailoverOptions extends ServiceOptions {
  readonly number?: string;
  readonly backup?: string;
  readonly backupTrunkGroup?: string;
}

function addFailover(group: Command, line: CommandLine): void {
  const failover = group
    .command('failover')
    .description('where calls of a DID go when its PBX cannot be reached');
  withService(failover.command('set'))
    .description('replace all of its failover settings; what is not given is not set')
    .argument('<did>')
    .option('--backup <address>', 'a PBX: host[:port][;transport=udp|tcp|tls]')
    .option('--backup-trunk-group <id>', 'instead: another trunk group of the account')
    .option('--number <number>', 'a phone number, dialled last')
    .action((did: string, options: FailoverOptions) =>
      carryOut(
        line,
        options,
        {
          method: 'PUT',
          path: `/dids/${part(did)}/failover`,
          body: {
            number: options.number,
            backup:
              options.backupTrunkGroup === undefined
                ? options.backup
                : { trunkGroup: options.backupTrunkGroup },
          },
        },
        failoverChanged,
        (changed) =>
          `before  ${failoverInWords(changed.before)}\nnow     ${failoverInWords(changed.after)}\n${done('set', changed)}`,
      ),
    );
  withService(failover.command('clear'))
    .description("clear its failover settings; the account's apply")
    .argument('<did>')
    .action((did: string, options: ServiceOptions) =>
      carryOut(
        line,
        options,
        { method: 'DELETE', path: `/dids/${part(did)}/failover` },
        failoverChanged,
        (changed) => `before  ${failoverInWords(changed.before)}\n${done('cleared', changed)}`,
      ),
    );
}

/** `throughline plan`: what would happen to a call now. */
export function addPlan(program: Command, line: CommandLine): void {
  withService(program.command('plan'))
    .description('what would happen to a call for a DID now, at each trunk server, and why')
    .argument('<did>')
    .action((did: string, options: ServiceOptions) =>
      carryOut(line, options, { method: 'GET', path: `/dids/${part(did)}/plan` }, plan, (found) =>
        found.trunkServers
          .map(({ trunkServer, failure, attempts }) => {
            const steps = attempts.map(({ text }, at) => `  ${at + 1}. ${text}`);
            return [
              `${found.number} at ${trunkServer}`,
              ...(failure === null ? steps : [`  ${failure.text}`]),
            ].join('\n');
          })
          .join('\n'),
      ),
    );
}
