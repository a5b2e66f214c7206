import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LoadedConfig } from './config.ts';
import { runProgram } from './program.ts';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const served: LoadedConfig[] = [];
  const exit = await runProgram(args, {
    version: '1.2.3',
    environment,
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async (loaded) => {
      served.push(loaded);
      return 0;
    },
  });
  return { exit, out, err, served };
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'throughline-program-')), 'x.yaml');
  writeFileSync(path, text);
  return path;
}

describe('throughline', () => {
  test('--help names the commands and the exit codes', async () => {
    const { exit, out } = await run(['--help']);
    expect(exit).toBe(0);
    for (const word of ['serve', 'check-config', 'Exit codes', '78']) expect(out).toContain(word);
  });

  test('--version prints the version', async () => {
    expect(await run(['--version'])).toMatchObject({ exit: 0, out: '1.2.3\n' });
  });

  test.each([[['srve']], [['serve', '--confg', 'x']], [['serve', 'x']], [[]]])(
    'a wrong command line %j is refused with 64',
    async (args) => {
      const { exit, err, served } = await run(args);
      expect(exit).toBe(64);
      expect(err).not.toBe('');
      expect(served).toEqual([]);
    },
  );

  test('a command that is nearly right is suggested', async () => {
    expect((await run(['srve'])).err).toContain('Did you mean serve?');
  });
});

describe('serve', () => {
  test('runs the service with the settings', async () => {
    const { exit, served } = await run(['serve', '--config', file('realm: here\n')], {
      THROUGHLINE_HTTP_PORT: '81',
    });
    expect(exit).toBe(0);
    expect(served).toMatchObject([{ config: { realm: 'here', http: { port: 81 } } }]);
  });

  test('a broken file is one line on standard error, and 78', async () => {
    const path = file('relam: x\nhttp: {port: -1}\n');
    const { exit, err, served } = await run(['serve', '--config', path]);
    expect(exit).toBe(78);
    expect(served).toEqual([]);
    expect(err).toMatch(/^throughline: .*\(and 1 more; throughline check-config lists them\)\n$/);
  });
});

describe('check-config', () => {
  test('names every problem and starts nothing', async () => {
    const path = file('relam: x\nhttp: {port: -1}\n');
    const { exit, err, served } = await run(['check-config', '-c', path]);
    expect(exit).toBe(78);
    expect(served).toEqual([]);
    expect(err.split('\n').filter((line) => line !== '')).toEqual([
      `throughline: ${path}:2: http.port is -1; it must be a port from 1 to 65535, or 0 for any free one`,
      `throughline: ${path}:1: relam is not a setting; did you mean realm?`,
    ]);
  });

  test('says so in JSON', async () => {
    const path = file('relam: x\n');
    const { exit, out, err } = await run(['check-config', '-c', path, '--json']);
    expect({ exit, err }).toEqual({ exit: 78, err: '' });
    expect(JSON.parse(out)).toEqual({
      problems: [`${path}:1: relam is not a setting; did you mean realm?`],
    });
  });

  test('says when all is well', async () => {
    const path = file('realm: x\n');
    expect(await run(['check-config', '-c', path])).toMatchObject({ exit: 0, out: `${path}: fine\n` });
  });
});

describe('--json', () => {
  /** The commands that `--help` lists below `path`. */
  async function below(path: readonly string[]): Promise<readonly string[]> {
    const { out } = await run([...path, '--help']);
    const list = out.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
    return [...list.matchAll(/^ {2}([a-z-]+)/gm)].flatMap(([, name]) =>
      name === 'help' ? [] : (name ?? []),
    );
  }

  async function leaves(path: readonly string[]): Promise<readonly (readonly string[])[]> {
    const names = await below(path);
    if (names.length === 0) return [path];
    return (await Promise.all(names.map((name) => leaves([...path, name])))).flat();
  }

  test('is an option of every command that answers something', async () => {
    const commands = await leaves([]);
    expect(commands.length).toBeGreaterThan(25);
    const without: string[] = [];
    for (const path of commands) {
      if (!(await run([...path, '--help'])).out.includes('--json')) without.push(path.join(' '));
    }
    expect(without).toEqual(['serve', 'completion']);
  });
});
