import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = fileURLToPath(new URL('./results/', import.meta.url));

/** What the figures depend on besides the code. */
export interface Circumstances {
  readonly at: string;
  readonly commit: string;
  /** The working tree had changes that are not in the commit. */
  readonly changed: boolean;
  readonly node: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** Over the last minute, before the benchmark began: others who used the machine. */
  readonly loadBefore: number;
}

export function circumstances(): Circumstances {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'src', 'bench/*.ts', 'package-lock.json') !== '',
    node: process.version,
    kernel: release(),
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Writes bench/results/<date>-<commit>[-name].json and returns its path. */
export function keep(name: string, around: Circumstances, results: object): string {
  mkdirSync(FOLDER, { recursive: true });
  const day = around.at.slice(0, 10);
  const suffix = name === '' ? '' : `-${name}`;
  const file = join(FOLDER, `${day}-${around.commit}${around.changed ? '+' : ''}${suffix}.json`);
  writeFileSync(file, `${JSON.stringify({ ...around, ...results }, rounded, 2)}\n`);
  return file;
}

/** A table of text, the first row its head: columns as wide as they must be, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** More digits than these say nothing. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
