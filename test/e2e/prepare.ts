import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that the end-to-end tests drive, each with the Debian package that holds it. */
const TOOLS = [
  { command: 'sipp', from: 'sip-tester', use: 'plays carriers and PBXs' },
  { command: 'baresip', from: 'baresip', use: 'is a phone that registers and takes a call' },
  { command: 'postgres', from: 'postgresql', use: 'is the database of more than one machine' },
  { command: 'curl', from: 'curl', use: 'runs the examples of docs/api.md' },
  { command: 'jq', from: 'jq', use: 'reads the answers in the examples of docs/api.md' },
  { command: 'php', from: 'php-cli php-curl php-xml', use: 'runs the FreePBX module' },
  { command: 'phpunit', from: 'phpunit', use: 'runs the unit tests of the FreePBX module' },
  { command: 'phpcs', from: 'php-codesniffer', use: 'checks the PHP of the FreePBX module' },
  { command: 'phpmd', from: 'phpmd', use: 'looks for mistakes in the PHP of the FreePBX module' },
  { command: 'chromium', from: 'chromium', use: 'is the browser of people' },
  { command: 'sipsak', from: 'sipsak', use: 'sends the keep-alives of PBXs' },
] as const;

const { PATH = '' } = process.env;
const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const FOLDERS = [...PATH.split(':'), '/usr/sbin', '/usr/local/bin'];

/** Debian keeps the programs of each version of PostgreSQL in a folder of its own, out of PATH. */
function folders(): readonly string[] {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  return [...FOLDERS, ...versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin'))];
}

function isThere(command: string): boolean {
  return folders().some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function run(command: string, args: readonly string[]): boolean {
  console.log(`> ${[command, ...args].join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { env: environment, stdio: 'inherit' }).status === 0;
}

/** How to become root without being asked for a password; undefined where there is no way. */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  const may = isThere('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return may ? ['sudo', '-n'] : undefined;
}

function install(packages: readonly string[]): void {
  const root = asRoot();
  if (root === undefined || !isThere('apt-get')) return;
  const aptGet = (...args: string[]): boolean => {
    const [command = 'apt-get', ...rest] = [...root, 'apt-get', ...args];
    return run(command, rest);
  };
  const wanted = ['install', '-y', '--no-install-recommends', ...packages];
  if (!aptGet(...wanted) && aptGet('update')) aptGet(...wanted);
}

function missing() {
  return TOOLS.filter(({ command }) => !isThere(command));
}

if (process.platform !== 'linux') {
  console.error('The end-to-end tests need Linux: they use addresses all over 127.0.0.0/8 and read /proc.');
  process.exit(1);
}
const wanted = missing();
if (wanted.length > 0) {
  console.log(`The end-to-end tests need ${wanted.map(({ command }) => command).join(', ')}; installing.`);
  install(wanted.flatMap(({ from }) => from.split(' ')));
}
const left = missing();
if (left.length > 0) {
  console.error('\nTHE END-TO-END TESTS CANNOT RUN. Missing are:');
  for (const { command, from, use } of left) console.error(`  ${command}, which ${use} (package ${from})`);
  console.error(`Install them as root: apt-get install ${left.map(({ from }) => from).join(' ')}\n`);
  process.exit(1);
}
