import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ApiUnderTest, apiUnderTest } from '../../../test/support/api-under-test.ts';
import { runProgram } from '../program.ts';

let api: ApiUnderTest;
let environment: Record<string, string> = {};
beforeAll(async () => {
  api = await apiUnderTest();
  environment = {
    THROUGHLINE_URL: `http://127.0.0.1:${await api.listen()}/`,
    THROUGHLINE_OPERATOR_KEY: api.key.authorization.slice('Bearer '.length),
  };
});
afterAll(() => api.close());

async function run(command: string, ...more: readonly string[]) {
  let out = '';
  let err = '';
  const exit = await runProgram([...command.split(' '), ...more], {
    version: '1.2.3',
    environment,
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async () => 0,
  });
  return { exit, out, err };
}

/** The first word of the row that has `text` in it. */
function idIn(table: string, text: string): string {
  return (
    table
      .split('\n')
      .find((row) => row.includes(text))
      ?.split(' ')[0] ?? ''
  );
}

describe('against a running service', () => {
  test('accounts and DIDs, from their creation to their removal', async () => {
    const created = await run('account create', 'Example Florist', '--did', '5125550200', '5125550201');
    expect(created).toMatchObject({ exit: 0, err: '' });
    expect(created.out).toMatch(/SIP password +\S{20,}/);
    expect(created.out).toMatch(/register with +trunk1 127\.0\.0\.1:5060, trunk2/);
    const list = await run('account list');
    expect(list.out).toMatch(/^ID +NAME +STATE +DIDS +FAILOVER\n\S+ +Example Florist +active +2 +-\n$/);
    const id = idIn(list.out, 'Florist');
    expect((await run('account suspend', id)).out).toMatch(/^Example Florist is suspended; revision \d+\n$/);
    expect((await run('account show', id)).out).toMatch(/^state +suspended$/m);
    expect((await run('account resume', id)).out).toMatch(/is active; revision/);
    expect((await run('did add', id, '+15125550202')).out).toMatch(
      /\+15125550202 .*\nadded; revision \d+\n$/,
    );
    expect((await run('did list --limit 2')).out).toMatch(/\nmore with --after '\+15125550201'\n$/);
    expect((await run('did list --limit 2 --after +15125550201')).out).toMatch(
      /^NUMBER.*\n\+15125550202 .*\n$/,
    );
    const set = await run('did failover set 5125550202 --backup pbx2.example.com --number 2125551234');
    expect(set.out).toMatch(
      /^before {2}-\nnow {5}backup pbx2\.example\.com, then number \+12125551234\nset; /,
    );
    expect((await run('did failover clear 5125550202')).out).toMatch(/^before {2}backup pbx2.*\ncleared; /);
    const other = idIn((await run('account create Other')).out, 'never') || 'Other';
    const otherId = idIn((await run('account list')).out, other);
    expect((await run('did move', id, '5125550202', '--to-account', otherId)).out).toContain(`${otherId} `);
    expect((await run('did remove', otherId, '5125550202')).out).toMatch(/^removed 1; revision/);
    expect((await run('plan 5125550200')).out).toMatch(/^\+15125550200 at trunk1\n.*at trunk2/s);
  });

  test('the audit log, an undo, and an account that is closed', async () => {
    await run('account create', 'Going', '--did', '5125550400');
    const id = idIn((await run('account list')).out, 'Going');
    await run('did failover set 5125550400 --number 2125551234');
    const listed = (await run('audit list --target 5125550400 --action failoverChanged')).out;
    expect(listed).toMatch(
      /^ENTRY +AT +WHAT +CHANGES\n\d+ .*The operator key changed the failover settings of the DID \+15125550400\. +failover: none → number \+12125551234\n$/,
    );
    const entry = /\n(\d+) /.exec(listed)?.[1] ?? '';
    expect((await run('audit undo', entry)).out).toMatch(
      new RegExp(`^entry ${entry} is undone; 1 put back; revision \\d+\n$`),
    );
    expect(await run('audit undo', entry)).toMatchObject({
      exit: 65,
      err: expect.stringContaining('is none now'),
    });
    expect(await run('account close', id, 'Going')).toMatchObject({
      exit: 65,
      err: expect.stringContaining('Suspend it first'),
    });
    await run('account suspend', id);
    expect((await run('account close', id, 'Going')).out).toMatch(
      /^Going is closed; 1 DID is free; revision \d+\n$/,
    );
    expect((await run('account show', id)).exit).toBe(66);
  });

  test('DIDs as a range and as a file, there and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-cli-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'dids.csv');
    await run('account create', 'Filed');
    const id = idIn((await run('account list')).out, 'Filed');
    const tried = await run('did add', id, '--range', '5125550300..5125550309', '--dry-run');
    expect(tried).toMatchObject({ exit: 0, out: expect.stringMatching(/\n10 to add\n$/) });
    expect((await run('did add', id, '--range', '5125550300..5125550309')).out).toMatch(
      /\nadded; revision \d+\n$/,
    );
    const taken = await run('did add', id, '--range', '5125550309..5125550310', '--dry-run');
    expect(taken).toMatchObject({
      exit: 65,
      out: expect.stringContaining('refused: range: +15125550309 exists'),
    });
    expect(await run('did export', file, '--account', id)).toMatchObject({
      out: `exported 10 DIDs to ${file}\n`,
    });
    expect((await run('did export', '--account', id)).out).toBe(readFileSync(file, 'utf8'));
    writeFileSync(file, 'number,failover number\n5125550300,2125551234\n5125550301,911\n');
    const preview = await run('did import', file, '--dry-run');
    expect(preview).toMatchObject({ exit: 65, err: '' });
    expect(preview.out).toMatch(
      /^LINE +NUMBER +BEFORE +AFTER\n2 +\+15125550300 +- +number \+12125551234\n1 DID to change, 0 unchanged\nrefused: line 3, failover number: 911 is an emergency/,
    );
    expect(await run('did import', file)).toMatchObject({ exit: 65, err: expect.stringContaining('line 3') });
    writeFileSync(file, 'number,failover number\n5125550300,2125551234\n5125550301,\n');
    expect((await run('did import', file, '--account', id)).out).toMatch(
      /^changed 1, 1 unchanged; revision \d+\n$/,
    );
    writeFileSync(file, 'number,failover number\n5125550310,2125551234\n');
    expect((await run('did add', id, '--csv', file)).out).toContain('number +12125551234');
  });

  test.each([
    [['did', 'add', 'acc'], 'give either numbers'],
    [['did', 'add', 'acc', '5125550100', '--range', '1..2'], 'give either numbers'],
    [['did', 'add', 'acc', '--range', '5125550100'], 'is no range'],
    [['did', 'add', 'acc', '--csv', 'x', '--trunk-group', 'tg'], 'leave --trunk-group out'],
    [['did', 'export', '--json'], 'name a file'],
    [['call', 'list', '--json', '--csv'], 'give either'],
  ])('%j is a wrong command line', async ([command = '', ...more], reason) => {
    expect(await run(command, ...more)).toMatchObject({ exit: 64, err: expect.stringContaining(reason) });
  });

  test('a file that is not there, or cannot be written', async () => {
    expect(await run('did import', '/nowhere/dids.csv')).toMatchObject({ exit: 66 });
    expect(await run('did export', '/nowhere/dids.csv')).toMatchObject({ exit: 73 });
  });

  test('calls, in a table and as a file', async () => {
    expect((await run('call list --outcome failed')).out).toBe('none\n');
    expect((await run('call list --saved --csv')).out).toMatch(/^began \(UTC\),DID,caller,.*\r\n$/);
    expect(await run('call list --csv --outcome x')).toMatchObject({
      exit: 65,
      err: expect.stringContaining('must be "answered" or "cancelled" or "failed"'),
    });
  });

  test('gateways', async () => {
    expect((await run('gateway list')).out).toBe('none\n');
    const added = await run(
      'gateway add',
      'carrier',
      '--source',
      '192.0.2.0/28',
      '--priority',
      '5',
      '--trusted',
    );
    expect(added.out).toMatch(/^calls from +192\.0\.2\.0\/28$/m);
    const id = idIn((await run('gateway list')).out, 'carrier');
    expect((await run('gateway show', id)).out).toMatch(/^priority +5$/m);
    expect((await run('gateway remove', id)).out).toMatch(/^removed \S+; revision \d+\n$/);
  });

  test('keys: the one that was made opens, until it is revoked', async () => {
    const made = await run('key create', 'reports', '--read');
    const key = made.out.split('\n')[0] ?? '';
    expect((await run('account list', '--key', key)).exit).toBe(0);
    expect(await run('account create x', '--key', key)).toMatchObject({ exit: 77 });
    const id = idIn((await run('key list')).out, 'reports');
    expect((await run('key revoke', id)).out).toBe(`revoked reports (${id})\n`);
    expect(await run('account list', '--key', key)).toMatchObject({ exit: 77 });
  });

  test('--json is what the API answers, also where it is a problem', async () => {
    const { body } = await api.ask('GET', '/accounts');
    expect(JSON.parse((await run('account list --json')).out)).toEqual(body);
    const problem = await run('account show nobody --json');
    expect(problem).toMatchObject({ exit: 66, err: '' });
    expect(JSON.parse(problem.out)).toMatchObject({ status: 404, code: 'notFound' });
  });

  test('what is refused: what, where, and what would be right', async () => {
    expect(await run('did failover set 5125550200 --number 911')).toMatchObject({
      exit: 65,
      out: '',
      err: expect.stringMatching(/^throughline: .*number.*emergency/i),
    });
    expect(await run('did failover set 5125550200')).toMatchObject({
      exit: 65,
      err: expect.stringContaining('must set number, backup or both'),
    });
    expect(await run('account list --limit many')).toMatchObject({ exit: 64 });
    expect(await run('account list --key', 'wrong')).toMatchObject({ exit: 77 });
    expect(await run('account list --key', 'two words')).toMatchObject({ exit: 64 });
    expect(await run('account list --url ftp://x')).toMatchObject({ exit: 64 });
    expect(await run('account list --url http://127.0.0.1:1')).toMatchObject({
      exit: 69,
      err: expect.stringMatching(
        /^throughline: http:\/\/127\.0\.0\.1:1 cannot be reached \(.+\); is the service/,
      ),
    });
  });

  test('another program at the address gets no second request, and is told apart', async () => {
    const server = createServer((_request, response) => response.writeHead(302, { location: '/x' }).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await run('account list --url', `http://127.0.0.1:${port}`)).toMatchObject({
      exit: 69,
      err: expect.stringContaining('not as Throughline does'),
    });
    server.close();
  });
});

describe('a command that makes something, and whose answer is lost', () => {
  test('is sent again with its Idempotency-Key: one thing is made, and its answer comes after all', async () => {
    const lost: string[] = [];
    const behind = new URL(environment['THROUGHLINE_URL'] ?? '');
    // Passes every request on, and cuts the connection instead of the first answer to each.
    const proxy = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const { authorization = '', 'idempotency-key': key } = request.headers;
      const answer = await fetch(new URL(request.url ?? '', behind), {
        method: request.method ?? '',
        headers: {
          authorization,
          'content-type': 'application/json',
          ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
        },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      if (key !== undefined && !lost.includes(String(key))) {
        lost.push(String(key));
        request.socket.destroy();
      } else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const created = await run('account create', 'Made once', '--url', `http://127.0.0.1:${port}`);
    expect(created).toMatchObject({ exit: 0, err: '' });
    expect(lost).toHaveLength(1);
    const list = await run('account list', '--limit', '1000');
    expect(list.out.match(/Made once/g)).toHaveLength(1);
    expect(created.out).toContain(idIn(list.out, 'Made once'));
    proxy.close();
    proxy.closeAllConnections();
  });
});

describe('completion', () => {
  async function completed(...words: readonly string[]): Promise<readonly string[]> {
    const { out } = await run('completion bash');
    const list = ['throughline', ...words].map((word) => `'${word}'`).join(' ');
    const script = `${out}\nCOMP_WORDS=(${list})\nCOMP_CWORD=${words.length}\n_throughline\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  }

  test('in bash: commands, the commands below them, and options', async () => {
    expect(await completed('ac')).toEqual(['account']);
    expect(await completed('did', 'failover', '')).toEqual(expect.arrayContaining(['set', 'clear']));
    expect(await completed('did', 'failover', 'set', '5125550100', '--ba')).toEqual([
      '--backup',
      '--backup-trunk-group',
    ]);
    expect(await completed('migrate', '--st')).toEqual(['--status']);
    expect(await completed('completion', '')).toEqual(['bash', 'zsh']);
  });

  test('in bash: files where a command takes one, and options only after a hyphen', async () => {
    expect(await completed('import', '')).toEqual(['']);
    expect(await completed('serve', '--config', '')).toEqual(['']);
    expect(await completed('import', '--')).toEqual(['--config', '--json', '--help']);
    expect(await completed('did', '')).not.toContain('--help');
  });

  test('for zsh, and no other shell', async () => {
    const { out } = await run('completion zsh');
    expect(out).toMatch(/^#compdef throughline\n/);
    expect(out).toContain(`'gateway:carriers of a running service'`);
    const zsh = spawnSync('zsh', ['-n'], { input: out, encoding: 'utf8' });
    // Where there is no zsh, bash at least reads the quotes.
    if (zsh.error === undefined) expect(zsh).toMatchObject({ status: 0, stderr: '' });
    expect(await run('completion fish')).toMatchObject({ exit: 64 });
  });
});
