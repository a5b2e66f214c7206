import { Command, CommanderError } from 'commander';
import { type LoadedConfig, loadConfig } from './config.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** What the commands need from outside. */
export interface ProgramHost {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Runs the service until it is stopped. */
  readonly serve: (loaded: LoadedConfig) => Promise<ExitCode>;
}

const CONFIG_HELP = 'settings file (default: throughline.yaml in this folder, where it exists)';

const AFTER_HELP = `
Every setting of the file is also an environment variable, which wins: http.port is
THROUGHLINE_HTTP_PORT. throughline.example.yaml explains them all.

Exit codes:
  0   stopped as asked
  64  the command line is wrong
  69  a port cannot be had, or a trunk server cannot run
  70  a bug in Throughline
  73  the data folder cannot be used, or another process uses it
  78  a setting is wrong

Examples:
  $ throughline serve
  $ throughline serve --config /etc/throughline.yaml
  $ THROUGHLINE_HTTP_PORT=8090 throughline serve
  $ throughline check-config`;

/** Runs one command line (without node and script) and says how the process shall exit. */
export async function runProgram(args: readonly string[], host: ProgramHost): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const program = new Command('throughline')
    .description('An inbound SIP trunk edge that does not lose calls.')
    .version(host.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('(throughline --help lists what there is)')
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err });
  program
    .command('serve')
    .description('run the trunk servers and the API until SIGTERM or Ctrl-C')
    .option('-c, --config <file>', CONFIG_HELP)
    .action(async ({ config }: { config?: string }) => {
      const loaded = loadConfig({ file: config, environment: host.environment });
      if (loaded.ok) {
        exit = await host.serve(loaded.value);
      } else {
        host.err(`throughline: ${firstOf(loaded.error)}\n`);
        exit = EXIT.config;
      }
    });
  program
    .command('check-config')
    .description('check the settings, say what is wrong, and start nothing')
    .option('-c, --config <file>', CONFIG_HELP)
    .action(({ config }: { config?: string }) => {
      const loaded = loadConfig({ file: config, environment: host.environment });
      if (loaded.ok) {
        host.out(`${loaded.value.file ?? 'No settings file; environment and defaults'}: fine\n`);
      } else {
        for (const problem of loaded.error) host.err(`throughline: ${problem}\n`);
        exit = EXIT.config;
      }
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version come this way too, with 0; `throughline` alone prints the help as an error.
    exit = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exit;
}

function firstOf(problems: readonly string[]): string {
  const more = problems.length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more; throughline check-config lists them)`;
  return `${problems[0] ?? 'the settings are wrong'}${rest}`;
}
