import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { RealRandom } from '../../net/real-random.ts';
import { type CommandLine, withConfig } from '../command-line.ts';
import type { Config } from '../config-schema.ts';
import { holderOf } from '../data-folder.ts';
import { databasePlace } from '../database.ts';
import { checkClock, clockIsKept } from '../doctor/clock.ts';
import { checkDatabase } from '../doctor/database.ts';
import { checkDisk, checkSpool } from '../doctor/disk.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkGateways } from '../doctor/gateways.ts';
import { askDns, checkDns } from '../doctor/names.ts';
import { checkPorts } from '../doctor/ports.ts';
import { checkSealing } from '../doctor/sealing.ts';
import { checkTlsFiles, tlsFilesOf } from '../doctor/tls-files.ts';
import { EXIT } from '../exit-code.ts';

/** `throughline doctor`: looks at all that the service needs, and says what to do. */
export function addDoctor(program: Command, line: CommandLine): void {
  withConfig(program.command('doctor'))
    .description(
      'look at ports, DNS, clock, database, sealing key, disk, TLS files and gateways, and say what to do',
    )
    .option('--json', 'answer in JSON')
    .action(async ({ config: file, json }: { config?: string; json?: true }) => {
      const loaded = line.settings(file);
      if (loaded === undefined) return;
      const findings = await examine(loaded.config);
      const problems = findings.filter(({ state }) => state === 'problem').length;
      const warnings = findings.filter(({ state }) => state === 'warning').length;
      if (problems > 0) line.exit = EXIT.findings;
      if (json === true) {
        line.sayJson({ problems, warnings, findings });
        return;
      }
      for (const finding of findings) line.say(inWords(finding));
      line.say(
        problems + warnings === 0 ? '\nall is well' : `\nproblems: ${problems}, warnings: ${warnings}`,
      );
    });
}

async function examine(config: Config): Promise<readonly Finding[]> {
  const folder = resolve(config.dataFolder);
  const ask = askDns(config);
  const [ports, dns, kept, database] = await Promise.all([
    checkPorts(config, holderOf(folder)),
    checkDns(config, ask),
    clockIsKept(),
    checkDatabase(databasePlace(config)),
  ]);
  const now = Date.now();
  const from = config.trunkServers.map(({ address }) => address);
  return [
    ...ports,
    ...dns,
    ...checkClock(now, kept, database.newestChange, database.ahead),
    ...database.findings,
    ...(await checkSealing(config)),
    ...checkDisk(folder, config.trunkServers.length),
    ...checkSpool(join(folder, 'spool')),
    ...checkTlsFiles(tlsFilesOf(config.database), now),
    ...(await checkGateways(database.gateways, { from, ask, random: new RealRandom() })),
  ];
}

const STATE_WIDTH = 'problem'.length;
const CHECK_WIDTH = 'database'.length;

function inWords({ check, state, what, advice }: Finding): string {
  const first = `${state.padEnd(STATE_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${what}`;
  return advice === undefined ? first : `${first}\n${' '.repeat(STATE_WIDTH + CHECK_WIDTH + 4)}→ ${advice}`;
}
