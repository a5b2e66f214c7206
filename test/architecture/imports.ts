import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** One import statement between two files of ours, or of a package. Paths are relative to the repository. */
export interface Import {
  readonly from: string;
  /** The imported file, or the package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^\s*(?:import|export)\s+(?<type>type\s+)?(?:[^'";]*?\sfrom\s+)?'(?<name>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'\s*\)/gm;

/** All TypeScript files below a folder, relative to `root`. */
export function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** The imports in the text of one file. */
export function importsIn(root: string, from: string, text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const name = match.groups?.['name'] ?? match.groups?.['dynamic'];
    if (name === undefined) continue;
    const to = name.startsWith('.') ? relative(root, resolve(root, dirname(from), name)) : name;
    found.push({ from, to, typeOnly: match.groups?.['type'] !== undefined });
  }
  return found;
}

export function readImports(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => importsIn(root, file, readFileSync(join(root, file), 'utf8')));
}
