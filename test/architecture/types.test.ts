import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFiles } from './imports.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const files = ['src', 'portal/src', 'demo', 'bench', 'test', 'tools'].flatMap((folder) =>
  sourceFiles(ROOT, folder),
);

/** The one file that may cast: it mints brands. */
const MINT = 'src/base/brand.ts';

/** `x as T` in code: not `as const`, not a renamed import or export, not in a comment or a text. */
function castsIn(text: string): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(?<![:\\])\/\/.*$/gm, '')
    .replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, "''")
    .replace(/\/(?![*/ ])(?:\\.|[^/\\\n])+\/[a-z]*/g, '0')
    .replace(/^(?:import|export)\b[^;=]*\bfrom\b/gm, '');
  return code.match(/[\w)\]}>]\s+as\s+(?!const\b)[\w{[(].*$/gm) ?? [];
}

describe('Types are never talked over', () => {
  test('a cast is found', () => {
    expect(castsIn('const a = b as string;')).toHaveLength(1);
    expect(castsIn('f(x as unknown as T)')).toHaveLength(1);
    expect(castsIn("import { a as b } from './c.ts';\nconst x = [1] as const; // as is")).toEqual([]);
  });

  test('no file casts but the one that mints brands', () => {
    const told = files
      .filter((file) => file !== MINT && !file.startsWith('test/architecture/'))
      .flatMap((file) => castsIn(readFileSync(join(ROOT, file), 'utf8')).map((cast) => `${file}: ${cast}`));
    expect(files.length).toBeGreaterThan(150);
    expect(told).toEqual([]);
  });

  test('brands are minted where they are defined', () => {
    const minting = files.filter(
      (file) => file !== MINT && /\bmint<\w/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(minting.sort()).toEqual(['src/domain/ids.ts', 'src/domain/phone-number.ts']);
  });
});
