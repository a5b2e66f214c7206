import type { Command } from 'commander';
import { type CommandLine, withConfig } from '../command-line.ts';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';

/** `throughline check-config`: all that is wrong with the settings, and not the first of it alone. */
export function addCheckConfig(program: Command, line: CommandLine): void {
  withConfig(program.command('check-config'))
    .description('check the settings, say what is wrong, and start nothing')
    .option('--json', 'answer in JSON')
    .action(({ config, json }: { config?: string; json?: true }) => {
      const loaded = loadConfig({ file: config, environment: line.host.environment });
      const problems = loaded.ok ? [] : loaded.error;
      if (json === true) line.sayJson({ problems });
      else if (loaded.ok) {
        line.say(`${loaded.value.file ?? 'No settings file; environment and defaults'}: fine`);
      } else {
        for (const reason of problems) line.fail({ exit: EXIT.config, reason });
      }
      if (!loaded.ok) line.exit = EXIT.config;
    });
}
