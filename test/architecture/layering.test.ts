import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsIn, readImports, sourceFiles } from './imports.ts';
import { LAYERS, violations } from './layers.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const files = [...sourceFiles(ROOT, 'src'), ...sourceFiles(ROOT, 'portal/src')];
const imports = readImports(ROOT, files);

describe('Imports only point down the list of layers', () => {
  test('no import breaks the rule', () => {
    const told = violations(imports).map(({ import: one, why }) => `${one.from} -> ${one.to}: ${why}`);
    expect(told).toEqual([]);
  });

  test('the test has read the project, and every layer of it', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(400);
    for (const layer of LAYERS) expect(files.some((file) => file.startsWith(layer.path))).toBe(true);
  });

  test('no import statement was overlooked', () => {
    const statements = files.reduce(
      (sum, file) => sum + statementsIn(readFileSync(join(ROOT, file), 'utf8')),
      0,
    );
    expect(imports).toHaveLength(statements);
  });

  test.each([
    ['src/failover/planted.ts', `import { parseMessage } from '../sip/message/parse.ts';`],
    ['src/sip/message/planted.ts', `import type { E164 } from '../../domain/phone-number.ts';`],
    ['src/sip/transaction/planted.ts', `import { readFileSync } from 'node:fs';`],
    ['src/sip/registrar/planted.ts', `import { X } from '../transaction/layer.ts';`],
    ['src/base/planted.ts', `export { ok } from '../domain/ids.ts';`],
    ['src/api/planted.ts', `const edge = await import('../edge/worker.ts');`],
    ['src/control/planted.ts', `import {\n  planDelivery,\n} from '../failover/plan-delivery.ts';`],
    ['src/elsewhere/planted.ts', `import { ok } from '../base/result.ts';`],
    ['portal/src/planted.tsx', `import type { DidView } from '../../src/control/views.ts';`],
    ['src/api/planted.ts', `import { texts } from '../../portal/src/texts/en.ts';`],
    ['src/edge/planted.ts', `import { something } from '../../test/scenarios/network.ts';`],
  ])('a violation planted in %s is found', (file, text) => {
    expect(violations(importsIn(ROOT, file, text))).toHaveLength(1);
  });
});

/** Counted another way: by the quoted name that ends an import or export, or stands in import(). */
function statementsIn(text: string): number {
  const named = text.match(/(^|[}\w*] )from '[^']+';$/gm) ?? [];
  const bare = text.match(/^import '[^']+';$/gm) ?? [];
  const dynamic = text.match(/\bimport\('[^']+'\)/g) ?? [];
  return named.length + bare.length + dynamic.length;
}
