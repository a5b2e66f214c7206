import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFiles } from './imports.ts';
import { LAYERS } from './layers.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const names = new Set(
  ['src', 'test', 'demo', 'freepbx']
    .flatMap((folder) => sourceFiles(ROOT, folder))
    .map((file) => basename(file)),
);

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Paths into the repository that stand in a text, as far as they name a file or folder. */
function pathsIn(text: string): string[] {
  return text.match(/(?<![\w./-])(?:src|test|docs|demo|bench|freepbx)\/[\w./-]*[\w/]/g) ?? [];
}

/** Files that a text names without their folder. */
function namesIn(text: string): string[] {
  return text.match(/(?<=`)[\w.-]+\.ts(?=[`:])/g) ?? [];
}

/** Targets of links to other pages and files, without those that lead out of the repository. */
function linksIn(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^(?:https?:|mailto:)/.test(target));
}

/** The anchors that a page has, as GitHub makes them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isThere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

describe('the docs speak of what is there', () => {
  test.each(pages)('%s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(namesIn(text).filter((name) => !names.has(name))).toEqual([]);
    expect(linksIn(text).filter((target) => !isThere(page, target))).toEqual([]);
  });

  test('docs/ARCHITECTURE.md has every layer that is enforced', () => {
    const text = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
    expect(LAYERS.filter(({ path }) => !text.includes(`\`${path}\``))).toEqual([]);
  });

  test('the test has read them, and would notice', () => {
    const texts = pages.map((page) => readFileSync(join(ROOT, page), 'utf8'));
    expect(pages).toContain('docs/ARCHITECTURE.md');
    expect(texts.flatMap(pathsIn).length).toBeGreaterThan(100);
    expect(texts.flatMap(linksIn).length).toBeGreaterThan(20);
    expect(pathsIn('see `src/sip/nothing.ts`, docs/a.md.')).toEqual(['src/sip/nothing.ts', 'docs/a.md']);
    expect(namesIn('see `loop.ts`: and `a/b.ts`')).toEqual(['loop.ts']);
    expect(linksIn('[a](b.md#c) [d](https://example.com)')).toEqual(['b.md#c']);
    expect(isThere('README.md', 'docs/nothing.md')).toBe(false);
    expect(isThere('README.md', 'docs/operating.md#nothing')).toBe(false);
    expect(isThere('README.md', 'docs/operating.md#the-data-folder')).toBe(true);
  });
});
