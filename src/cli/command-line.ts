import type { Command } from 'commander';
import { type LoadedConfig, loadConfig } from './config.ts';
import { EXIT, type ExitCode, type StartFailure } from './exit-code.ts';

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

/** One command line while it is carried out: what it says, and how the process shall exit. */
export class CommandLine {
  readonly host: ProgramHost;
  exit: ExitCode = EXIT.ok;

  constructor(host: ProgramHost) {
    this.host = host;
  }

  say(line: string): void {
    this.host.out(`${line}\n`);
  }

  sayJson(value: unknown): void {
    this.say(JSON.stringify(value, null, 2));
  }

  fail({ exit, reason }: StartFailure): void {
    this.host.err(`throughline: ${reason}\n`);
    this.exit = exit;
  }

  /** The settings; undefined once it has been said what is wrong with them. */
  settings(file: string | undefined): LoadedConfig | undefined {
    const loaded = loadConfig({ file, environment: this.host.environment });
    if (loaded.ok) return loaded.value;
    this.fail({ exit: EXIT.config, reason: firstOf(loaded.error) });
    return undefined;
  }
}

/** Gives the command the option `--config`. */
export function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', CONFIG_HELP);
}

function firstOf(problems: readonly string[]): string {
  const more = problems.length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more; throughline check-config lists them)`;
  return `${problems[0] ?? 'the settings are wrong'}${rest}`;
}
