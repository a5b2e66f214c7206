import type { Command } from 'commander';
import {
  details,
  done,
  type Gateway,
  gateway,
  gatewayChanged,
  gatewayPage,
  gatewayRemoved,
  page,
} from '../client/answers.ts';
import {
  carryOut,
  type PageOptions,
  part,
  type ServiceOptions,
  wholeNumber,
  withPage,
  withService,
} from '../client/client-command.ts';
import type { CommandLine } from '../command-line.ts';

interface NewGateway extends ServiceOptions {
  readonly source?: readonly string[];
  readonly address?: string;
  readonly priority?: string;
  readonly weight?: string;
  readonly trusted?: true;
}

/** `throughline gateway`: the carriers. */
export function addGateway(program: Command, line: CommandLine): void {
  const group = program.command('gateway').description('carriers of a running service');
  withPage(group.command('list'))
    .description('gateways, in the order in which they are tried')
    .action(({ limit, after, ...options }: PageOptions) =>
      carryOut(
        line,
        options,
        { method: 'GET', path: '/gateways', query: { limit, after } },
        gatewayPage,
        ({ entries, next }) =>
          page(
            ['id', 'name', 'calls from', 'numbers to', 'priority', 'weight', 'trusted'],
            entries.map(row),
            next,
          ),
      ),
    );
  withService(group.command('show'))
    .description('one gateway')
    .argument('<id>')
    .action((id: string, options: ServiceOptions) =>
      carryOut(line, options, { method: 'GET', path: `/gateways/${part(id)}` }, gateway, inWords),
    );
  withService(group.command('add'))
    .description('add a gateway')
    .argument('<name>')
    .option('--source <ranges...>', 'addresses or ranges from which its calls come')
    .option('--address <address>', 'where numbers are dialled: host[:port][;transport=udp|tcp|tls]')
    .option('--priority <number>', 'lower is tried first', wholeNumber)
    .option('--weight <number>', 'its share among gateways of equal priority', wholeNumber)
    .option('--trusted', 'believe its P-Asserted-Identity')
    .action((name: string, options: NewGateway) =>
      carryOut(
        line,
        options,
        {
          method: 'POST',
          path: '/gateways',
          body: {
            name,
            sources: options.source,
            address: options.address,
            priority: numberOf(options.priority),
            weight: numberOf(options.weight),
            trusted: options.trusted,
          },
        },
        gatewayChanged,
        (added) => `${inWords(added.gateway)}\n${done('added', added)}`,
      ),
    );
  withService(group.command('remove'))
    .description('remove a gateway')
    .argument('<id>')
    .action((id: string, options: ServiceOptions) =>
      carryOut(
        line,
        options,
        { method: 'DELETE', path: `/gateways/${part(id)}` },
        gatewayRemoved,
        (removed) => done(`removed ${removed.removed}`, removed),
      ),
    );
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function row(one: Gateway): readonly string[] {
  const { id, name, sources, address, priority, weight, trusted } = one;
  return [
    id,
    name,
    sources.join(', ') || '-',
    address ?? '-',
    String(priority),
    String(weight),
    trusted ? 'yes' : 'no',
  ];
}

function inWords({ id, name, sources, address, priority, weight, trusted }: Gateway): string {
  return details({
    id,
    name,
    'calls from': sources.join(', ') || '-',
    'numbers to': address ?? '-',
    priority,
    weight,
    trusted,
  });
}
