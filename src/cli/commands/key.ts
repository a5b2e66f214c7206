import type { Command } from 'commander';
import { apiKeyCreated, apiKeyPage, apiKeyRevoked, page } from '../client/answers.ts';
import {
  carryOut,
  type PageOptions,
  part,
  type ServiceOptions,
  withPage,
  withService,
} from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';

interface Whose {
  readonly account?: string;
  readonly own?: true;
}

interface Made {
  readonly read?: true;
  readonly failover?: true;
  readonly expiresAt?: string;
}

/** `throughline key`: API keys. */
export function addKey(program: Command, line: CommandLine): void {
  const group = program.command('key').description("API keys: the operators', or those of an account");
  withWhose(withPage(group.command('list')))
    .description('the keys that are not revoked')
    .action(({ limit, after, ...options }: PageOptions & Whose) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: pathOf(options), query: { limit, after } },
        apiKeyPage,
        ({ entries, next }) =>
          page(
            ['id', 'name', 'access', 'created', 'expires', 'last used'],
            entries.map((one) => [
              one.id,
              one.name,
              one.access,
              one.createdAt,
              one.expiresAt ?? 'never',
              one.lastUsedAt ?? 'never',
            ]),
            next,
          ),
      ),
    );
  withWhose(withService(group.command('create')))
    .description('make a key; shows it, once')
    .argument('<name>')
    .option('--read', 'it refuses every change')
    .option('--failover', 'it refuses every change but that of failover settings; for a PBX')
    .option('--expires-at <time>', 'such as 2027-01-01T00:00:00Z (default: never)')
    .action((name: string, options: ServiceOptions & Whose & Made) =>
      carryOut(
        line,
        options,
        {
          method: 'POST',
          path: pathOf(options),
          body: { name, access: accessOf(options), expiresAt: options.expiresAt },
        },
        apiKeyCreated,
        ({ key, apiKey }) => `${key}\nKeep it: it is shown only this once. Its id is ${apiKey.id}.`,
      ),
    );
  withWhose(withService(group.command('revoke')))
    .description('let a key open nothing any more')
    .argument('<id>')
    .action((id: string, options: ServiceOptions & Whose) =>
      carryOut(
        line,
        options,
        { method: 'DELETE', path: `${pathOf(options)}/${part(id)}` },
        apiKeyRevoked,
        (revoked) => `revoked ${revoked.name} (${revoked.id})`,
      ),
    );
}

function accessOf({ read, failover }: Made): 'read' | 'failover' | undefined {
  if (read === true) return 'read';
  return failover === true ? 'failover' : undefined;
}

function withWhose(command: Command): Command {
  return command
    .option('--account <id>', 'of this account')
    .option('--own', 'of the account of the key that is used');
}

function pathOf({ account, own }: Whose): string {
  if (account !== undefined) return `/accounts/${part(account)}/keys`;
  return own === true ? '/account/keys' : '/keys';
}
