import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isFresh } from './trunk-server-program.ts';

let folder = '';
let bundle = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-bundle-'));
  mkdirSync(join(folder, 'src/edge'), { recursive: true });
  bundle = join(folder, 'trunk-server.js');
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, second: number): void {
  writeFileSync(file, '');
  utimesSync(file, second, second);
}

describe('isFresh', () => {
  test('no without a bundle', () => {
    write(join(folder, 'src/edge/worker.ts'), 1);
    expect(isFresh(bundle, join(folder, 'src'))).toBe(false);
  });

  test('yes while it is newer than all sources, whatever tests there are', () => {
    write(join(folder, 'src/edge/worker.ts'), 1);
    write(join(folder, 'src/edge/worker.test.ts'), 9);
    write(bundle, 2);
    expect(isFresh(bundle, join(folder, 'src'))).toBe(true);
  });

  test('no once a source has changed', () => {
    write(join(folder, 'src/main.ts'), 1);
    write(bundle, 2);
    write(join(folder, 'src/edge/worker.ts'), 3);
    expect(isFresh(bundle, join(folder, 'src'))).toBe(false);
  });
});
