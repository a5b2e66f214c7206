import type { Command } from 'commander';
import { auditPage, auditUndone, done, page } from '../client/answers.ts';
import {
  carryOut,
  type PageOptions,
  part,
  type ServiceOptions,
  withPage,
  withService,
} from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';

interface ListOptions extends PageOptions {
  readonly account?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
}

/** `throughline audit`: who changed what, and taking it back. */
export function addAudit(program: Command, line: CommandLine): void {
  const group = program.command('audit').description('who changed what in a running service');
  withPage(group.command('list'))
    .description('the audit log, newest first')
    .option('--account <id>', 'what was changed belongs to this account')
    .option('--action <action>', 'what was done, such as failoverChanged')
    .option('--actor <who>', 'the e-mail address of a person or the name of a key')
    .option('--target <target>', 'a DID, or the id of what was changed')
    .action(({ limit, after, account, action, actor, target, ...options }: ListOptions) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: '/audit', query: { limit, after, account, action, actor, target } },
        auditPage,
        (found) =>
          page(
            ['entry', 'at', 'what', 'changes'],
            found.entries.map(({ id, at, summary, changes }) => [
              String(id),
              at,
              summary,
              changes.map(({ text }) => text).join(' | '),
            ]),
            found.next,
          ),
      ),
    );
  withService(group.command('undo'))
    .description('put back what was before an entry, all of it or nothing')
    .argument('<entry>')
    .action((entry: string, options: ServiceOptions) =>
      carryOut(line, options, { method: 'POST', path: `/audit/${part(entry)}/undo` }, auditUndone, (made) =>
        done(`entry ${made.undid} is undone; ${made.count} put back`, made),
      ),
    );
}
