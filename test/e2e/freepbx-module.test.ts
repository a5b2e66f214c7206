import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pack } from '../../freepbx/pack.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODULE = join(ROOT, 'freepbx/throughline');
const folder = mkdtempSync(join(tmpdir(), 'throughline-freepbx-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...args: readonly string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: ROOT });
  return { code: status, said: stdout + stderr };
}

/** The one name that is the same in every language. */
const expected = (view: string): string[] => (view === 'views/frame.php' ? ['Throughline'] : []);

const phpFiles = readdirSync(MODULE, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.php'),
);

test('every PHP file of the module is well formed, and says what its licence is', () => {
  expect(phpFiles.length).toBeGreaterThan(30);
  for (const name of phpFiles) {
    expect(run('php', '-l', join(MODULE, name)), name).toMatchObject({ code: 0 });
    expect(readFileSync(join(MODULE, name), 'utf8')).toContain('SPDX-License-Identifier: GPL-3.0-or-later');
  }
});

test('the unit tests of the module pass', () => {
  const { code, said } = run('phpunit', '-c', join(ROOT, 'test/freepbx/phpunit.xml'));
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringMatching(/OK \(\d\d+ tests/) });
});

test('the checker of PHP that Debian has finds nothing', () => {
  const args = [
    `--standard=${join(ROOT, 'test/freepbx/phpcs.xml')}`,
    '--extensions=php',
    '--ignore=*/views/*',
  ];
  expect(run('phpcs', ...args, MODULE)).toMatchObject({ code: 0 });
});

test('the mess detector of PHP that Debian has finds nothing', () => {
  const args = ['text', join(ROOT, 'test/freepbx/phpmd.xml')];
  expect(run('phpmd', MODULE, ...args)).toEqual({ code: 0, said: '' });
  const bad = join(folder, 'bad.php');
  writeFileSync(bad, '<?php class Bad { private $left; function f() { return $never; } }');
  expect(run('phpmd', bad, ...args)).toMatchObject({
    code: 2,
    said: expect.stringMatching(/UnusedPrivateField[\s\S]*UndefinedVariable/),
  });
});

test('every text of a view can be translated', () => {
  const bare = (text: string) =>
    text
      .replaceAll(/<\?(?:php|=).*?\?>/gs, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .match(/[A-Za-z]{2,}/g) ?? [];
  const views = phpFiles.filter((name) => name.startsWith('views'));
  for (const name of views)
    expect(bare(readFileSync(join(MODULE, name), 'utf8')), name).toEqual(expected(name));
  expect(bare('<p>Save <?= $h($x) ?></p>')).toEqual(['Save']);
});

/** What customers are advised of Asterisk's registrations and qualifying, with the name of the field in FreePBX. */
const ADVICE = [
  { keyword: 'expiration', field: 'Expiration', value: '300' },
  { keyword: 'retry_interval', field: 'General Retry Interval', value: '30' },
  { keyword: 'forbidden_retry_interval', field: 'Forbidden Retry Interval', value: '300' },
  { keyword: 'fatal_retry_interval', field: 'Fatal Retry Interval', value: '60' },
  { keyword: 'max_retries', field: 'Max Retries', value: '10000' },
  { keyword: 'qualify_frequency', field: 'Qualify Frequency', value: '25' },
] as const;

test('the module, the portal and the document for customers advise the same for Asterisk', () => {
  const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
  const module = read('freepbx/throughline/lib/TrunkSettings.php');
  const portal = read('portal/src/parts/pbx-settings.tsx');
  const document = read('docs/customers.md');
  for (const { keyword, field, value } of ADVICE) {
    expect(module).toContain(`'${keyword}' => '${value}'`);
    expect(portal).toContain(`'${keyword}=${value}'`);
    expect(portal).toContain(`'${field}: ${value}'`);
    expect(document.match(new RegExp(`^${keyword}=.*$`, 'gm'))).toEqual(
      Array.from({ length: keyword === 'qualify_frequency' ? 1 : 2 }, () => `${keyword}=${value}`),
    );
  }
  expect(module).toContain("'auth_rejection_permanent' => 'off'");
  expect(portal).toContain("'auth_rejection_permanent=no'");
  expect(portal).toContain("'Permanent Auth Rejection: No'");
  expect(document).toContain('auth_rejection_permanent=no');
  expect(module).toContain("'contact_user' => $username");
  expect(portal).toMatch(/`contact_user=\$\{username\}`/);
  expect(document).toContain('contact_user=YOUR_USERNAME');
  for (const text of [portal, document]) expect(text).toContain('direct_media=no');
  for (const text of [portal, document]) expect(text).toContain('allow=ulaw,alaw');
  expect(module).toContain("'direct_media' => 'no'");
  expect(read('freepbx/throughline/lib/TrunkPage.php')).toContain("CODECS = ['ulaw', 'alaw']");
});

/** Fields of a request that FreePBX's config.php takes for its own. */
const TAKEN = [
  'confirm_email confirm_password email_address extdisplay fw_popover fw_popover_process handler id itemid logout',
  'module password quietmode restrictmods selection skip skip_astman type unlock userdisplay username',
].flatMap((line) => line.split(' '));

test('no form has a field that FreePBX takes for its own', () => {
  const views = phpFiles.filter((name) => name.startsWith('views'));
  const all = views.flatMap((name) => [
    ...readFileSync(join(MODULE, name), 'utf8').matchAll(/ name="(\w+)/g),
  ]);
  const names = new Set(all.map((match) => match[1] ?? ''));
  expect(names).toContain('sipUser');
  expect([...names].filter((name) => TAKEN.includes(name))).toEqual([]);
});

test('no view prints a value that is not escaped', () => {
  /** What is safe as it is: constants, and what other views made. */
  const safe =
    /^(?:\$h\(|\$body$|\\Throughline\\FreePBX\\View::fill\(|\$at$|\$one$|[^$]*$|\$\w+(?:->\w+(?:\(\))?)? (?:===? [^?]*)?\? ')/;
  const printed = (text: string) => [...text.matchAll(/<\?= (.*?) \?>/g)].map((match) => match[1] ?? '');
  const views = phpFiles.filter((name) => name.startsWith('views'));
  const all = views.flatMap((name) => printed(readFileSync(join(MODULE, name), 'utf8')));
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter((expression) => !safe.test(expression))).toEqual([]);
  expect(printed('<b><?= $number ?></b>').filter((expression) => !safe.test(expression))).toEqual([
    '$number',
  ]);
});

/** From a copy of the sources that somebody else made at another time, who has everything set up otherwise. */
function packedElsewhere(): Buffer {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o700 });
  cpSync(join(ROOT, 'freepbx'), join(elsewhere, 'freepbx'), {
    recursive: true,
    filter: (name) => !name.endsWith('freepbx/build'),
  });
  expect(run('chmod', '-R', 'go=,u+rwx', elsewhere)).toEqual({ code: 0, said: '' });
  const script = 'umask 077; TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 "$1" freepbx/pack.ts';
  const args = ['-c', script, 'sh', process.execPath];
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8', cwd: elsewhere });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return readFileSync(stdout.trim());
}

test('the package is the same whenever and wherever it is made, and tar finds the module in it', () => {
  const one = pack(join(folder, 'one'));
  expect(readFileSync(one).equals(packedElsewhere())).toBe(true);
  const unpacked = run('tar', '-xzf', one, '-C', folder);
  expect(unpacked).toEqual({ code: 0, said: '' });
  expect(run('diff', '-r', MODULE, join(folder, 'throughline'))).toEqual({ code: 0, said: '' });
  expect(readFileSync(join(folder, 'throughline/module.xml'), 'utf8')).toContain(
    `<version>${/throughline-([\d.]+)\.tgz$/.exec(one)?.[1]}</version>`,
  );
});
