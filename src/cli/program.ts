import { Argument, Command, CommanderError } from 'commander';
import { CommandLine, type ProgramHost, withConfig } from './command-line.ts';
import { addAccount } from './commands/account.ts';
import { addAudit } from './commands/audit.ts';
import { addCall } from './commands/call.ts';
import { addCheckConfig } from './commands/check-config.ts';
import { addDid, addPlan } from './commands/did.ts';
import { addDoctor } from './commands/doctor.ts';
import { addGateway } from './commands/gateway.ts';
import { addKey } from './commands/key.ts';
import { addMigrate } from './commands/migrate.ts';
import { addMove } from './commands/move.ts';
import { addRekey } from './commands/rekey.ts';
import { addUser } from './commands/user.ts';
import { bashCompletion, zshCompletion } from './completion.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const AFTER_HELP = `
Every setting of the file is also an environment variable, which wins: http.port is
THROUGHLINE_HTTP_PORT. throughline.example.yaml explains them all.

Exit codes:
  0   done, or stopped as asked
  1   doctor found a problem
  64  the command line is wrong
  65  a file or a request is refused
  66  what was named does not exist
  69  a port, the database or the service cannot be had, or a trunk server cannot run
  70  a bug in Throughline
  73  a file or the data folder cannot be written, or another process uses it
  75  not now; try again
  77  the key is missing, wrong, or may not do this
  78  a setting is wrong

Examples:
  $ throughline serve
  $ throughline serve --config /etc/throughline.yaml
  $ THROUGHLINE_HTTP_PORT=8090 throughline serve
  $ throughline check-config
  $ throughline account list
  $ throughline did failover set 5125550100 --backup pbx2.example.com --number 2125551234`;

/** Runs one command line (without node and script) and says how the process shall exit. */
export async function runProgram(args: readonly string[], host: ProgramHost): Promise<ExitCode> {
  const line = new CommandLine(host);
  try {
    await programOf(line).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version come this way too, with 0; `throughline` alone prints the help as an error.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return line.exit;
}

function programOf(line: CommandLine): Command {
  const { host } = line;
  const program = new Command('throughline')
    .description('An inbound SIP trunk edge that does not lose calls.')
    .version(host.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('(throughline --help lists what there is)')
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err });
  withConfig(program.command('serve'))
    .description('run the trunk servers and the API until SIGTERM or Ctrl-C')
    .action(async ({ config }: { config?: string }) => {
      const loaded = line.settings(config);
      if (loaded !== undefined) line.exit = await host.serve(loaded);
    });
  addCheckConfig(program, line);
  addDoctor(program, line);
  addMigrate(program, line);
  addMove(program, line);
  addRekey(program, line);
  addAccount(program, line);
  addAudit(program, line);
  addCall(program, line);
  addDid(program, line);
  addGateway(program, line);
  addKey(program, line);
  addUser(program, line);
  addPlan(program, line);
  program
    .command('completion')
    .description('print the completion for a shell: source <(throughline completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell: string) => {
      host.out(shell === 'bash' ? bashCompletion(program) : zshCompletion(program));
    });
  return program;
}
