import type { Command } from 'commander';
import {
  type Account,
  account,
  accountChanged,
  accountClosed,
  accountCreated,
  accountPage,
  credentialsInWords,
  details,
  done,
  failoverInWords,
  page,
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

/** `throughline account`: the customers. */
export function addAccount(program: Command, line: CommandLine): void {
  const group = program.command('account').description('customers of a running service');
  withPage(group.command('list'))
    .description('all accounts')
    .action(({ limit, after, ...options }: PageOptions) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: '/accounts', query: { limit, after } },
        accountPage,
        (found) => page(['id', 'name', 'state', 'DIDs', 'failover'], found.entries.map(row), found.next),
      ),
    );
  withService(group.command('show'))
    .description('one account')
    .argument('[id]', "without it: the key's own account")
    .action((id: string | undefined, options: ServiceOptions) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: id === undefined ? '/account' : `/accounts/${part(id)}` },
        account,
        inWords,
      ),
    );
  withService(group.command('create'))
    .description('create an account; shows its SIP password, once')
    .argument('<name>')
    .option('--did <numbers...>', 'its first DIDs')
    .option('--did-format <format>', '10-digits, 11-digits or e164')
    .action((name: string, options: ServiceOptions & { did?: readonly string[]; didFormat?: string }) =>
      carryOut(
        line,
        options,
        {
          method: 'POST',
          path: '/accounts',
          body: { name, dids: options.did, didFormat: options.didFormat },
        },
        accountCreated,
        (made) =>
          `${inWords(made.account)}\n${credentialsInWords(made.credentials)}\n${done('created', made)}`,
      ),
    );
  withService(group.command('close'))
    .description('take a suspended account away for good; its DIDs are free again')
    .argument('<id>')
    .argument('<name>', 'its name, to confirm that it is meant')
    .action((id: string, name: string, options: ServiceOptions) =>
      carryOut(
        line,
        options,
        { method: 'POST', path: `/accounts/${part(id)}/close`, body: { name } },
        accountClosed,
        (made) => {
          const { name: was, dids } = made.closed;
          return done(`${was} is closed; ${dids === 1 ? '1 DID is' : `${dids} DIDs are`} free`, made);
        },
      ),
    );
  for (const suspended of [true, false]) {
    withService(group.command(suspended ? 'suspend' : 'resume'))
      .description(suspended ? 'refuse its calls with 480 and its registrations with 403' : 'end that')
      .argument('<id>')
      .action((id: string, options: ServiceOptions) =>
        carryOut(
          line,
          options,
          { method: 'PATCH', path: `/accounts/${part(id)}`, body: { suspended } },
          accountChanged,
          (changed) => done(`${changed.account.name} is ${state(changed.account)}`, changed),
        ),
      );
  }
}

function state({ suspended }: Account): string {
  return suspended ? 'suspended' : 'active';
}

function row(one: Account): readonly string[] {
  return [one.id, one.name, state(one), String(one.dids), failoverInWords(one.failover)];
}

function inWords(one: Account): string {
  return details({
    id: one.id,
    name: one.name,
    state: state(one),
    DIDs: one.dids,
    'DID format': one.didFormat,
    failover: failoverInWords(one.failover),
    'trunk groups': one.trunkGroups
      .map(({ id, name, username }) => `${name} (${id}, user ${username})`)
      .join(', '),
    'created at': one.createdAt,
  });
}
