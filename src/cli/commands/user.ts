import type { Command } from 'commander';
import { err, ok, type Result } from '../../base/result.ts';
import { letIn } from '../../control/logins/users.ts';
import { realClock } from '../../net/real-clock.ts';
import { type CommandLine, withConfig } from '../command-line.ts';
import type { Config } from '../config-schema.ts';
import { databasePlace, onExisting, openStore, unavailable } from '../database.ts';
import { EXIT, type StartFailure } from '../exit-code.ts';
import { sealingKeyFor } from '../sealing-key.ts';

/** `throughline user`: the way back in for someone whom nobody else can let in. */
export function addUser(program: Command, line: CommandLine): void {
  const user = program.command('user').description('people who log in');
  withConfig(user.command('reset <email>'))
    .description(
      "print a link that sets a new password, straight from the server's own database; turns the second factor off and ends the person's logins",
    )
    .option('--json', 'answer in JSON')
    .action(async (email: string, { config: file, json }: { config?: string; json?: true }) => {
      const loaded = line.settings(file);
      if (loaded === undefined) return;
      const { config } = loaded;
      const place = databasePlace(config);
      const publicUrl = config.publicUrl ?? `http://${config.http.address}:${config.http.port}`;
      const made = await onExisting(place, () => reset(config, email, publicUrl.replace(/\/+$/, '')));
      if (!made.ok) return line.fail(made.error);
      if (json !== true) return line.say(made.value.link);
      line.sayJson({ link: made.value.link, expiresAt: new Date(made.value.expiresAt).toISOString() });
    });
}

async function reset(
  config: Config,
  email: string,
  publicUrl: string,
): Promise<Result<{ readonly link: string; readonly expiresAt: number }, StartFailure>> {
  const place = databasePlace(config);
  const key = await sealingKeyFor(config);
  if (!key.ok) return key;
  const store = openStore(place, key.value);
  if (!store.ok) return err(unavailable(place, store.error));
  try {
    const made = await letIn({ store: store.value, clock: realClock, publicUrl }, email);
    if (made.ok) return ok(made.value);
    if (made.error.kind === 'storeUnavailable') return err(unavailable(place, made.error));
    return err({ exit: EXIT.notThere, reason: `nobody logs in with ${email}` });
  } finally {
    await store.value.close();
  }
}
