import { resolve } from 'node:path';
import type { Command } from 'commander';
import { err, ok, type Result } from '../../base/result.ts';
import { type CommandLine, withConfig } from '../command-line.ts';
import type { Config } from '../config-schema.ts';
import { databasePlace, nameOf, onExisting, onUnused, openStore, unavailable } from '../database.ts';
import { EXIT, type StartFailure } from '../exit-code.ts';
import { keyFileOf, keyInFile, sealingKeyFor } from '../sealing-key.ts';
import { migrate } from './migrate.ts';

interface Rekeyed {
  readonly from: string;
  readonly to: string;
}

/** `throughline rekey`: another sealing key for everything that is sealed. */
export function addRekey(program: Command, line: CommandLine): void {
  withConfig(program.command('rekey'))
    .description('seal everything in the database with another sealing key; the service must be stopped')
    .argument('<file>', 'a file with the new key, as `openssl rand -hex 32` prints one')
    .option('--json', 'answer in JSON')
    .action(async (file: string, { config: settings, json }: { config?: string; json?: true }) => {
      const loaded = line.settings(settings);
      if (loaded === undefined) return;
      const { config } = loaded;
      const place = databasePlace(config);
      const done = await onExisting(place, () => rekey(config, resolve(file)));
      if (!done.ok) return line.fail(done.error);
      if (json === true) return line.sayJson(done.value);
      const { from, to } = done.value;
      const where = config.sealingKey === undefined ? keyFileOf(config) : 'sealingKey';
      line.say(`${nameOf(place)}: sealed with the key ${to} instead of ${from}`);
      line.say(`Now put the key of ${file} into ${where}: the service starts with this one alone.`);
    });
}

async function rekey(config: Config, file: string): Promise<Result<Rekeyed, StartFailure>> {
  const place = databasePlace(config);
  const to = keyInFile(file);
  if (!to.ok) return to;
  const from = await sealingKeyFor(config);
  if (!from.ok) return from;
  const migrated = await migrate(place, config);
  if (!migrated.ok) return migrated;
  return await onUnused(place, config, async () => {
    const store = openStore(place, from.value);
    if (!store.ok) return err(unavailable(place, store.error));
    try {
      for (const step of [() => store.value.takeKey(Date.now()), () => store.value.changeKey(to.value)]) {
        const done = await step();
        if (done.ok) continue;
        const { kind, message } = done.error;
        const exit = kind === 'otherKey' ? EXIT.config : EXIT.unavailable;
        return err({ exit, reason: `${nameOf(place)}: ${message}` });
      }
      return ok({ from: from.value.id, to: to.value.id });
    } finally {
      await store.value.close();
    }
  });
}
