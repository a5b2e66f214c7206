import type { Import } from './imports.ts';

/**
 * The house (docs/ARCHITECTURE.md): each layer, what it may import besides itself and `base`, and whether it
 * is pure. A file belongs to the longest path that it begins with.
 */
export interface Layer {
  readonly path: string;
  readonly mayImport: readonly string[];
  /** Pure layers: only these packages, none of which does I/O or reads a clock. */
  readonly packages?: readonly string[];
}

export const LAYERS: readonly Layer[] = [
  { path: 'src/base/', mayImport: [], packages: [] },
  { path: 'src/sip/uri/', mayImport: [], packages: [] },
  { path: 'src/sip/message/', mayImport: ['src/sip/uri/'], packages: [] },
  { path: 'src/sip/transaction/', mayImport: ['src/sip/message/', 'src/sip/uri/'], packages: [] },
  { path: 'src/sip/auth/', mayImport: ['src/sip/message/', 'src/sip/uri/'], packages: ['node:crypto'] },
  { path: 'src/sip/locate/', mayImport: ['src/sip/message/', 'src/sip/uri/'], packages: [] },
  { path: 'src/sip/registrar/', mayImport: ['src/sip/message/', 'src/sip/uri/'], packages: [] },
  {
    path: 'src/sip/proxy/',
    mayImport: ['src/sip/message/', 'src/sip/uri/', 'src/sip/transaction/'],
    packages: [],
  },
  { path: 'src/domain/', mayImport: [], packages: ['ipaddr.js', 'libphonenumber-js/max', 'zod'] },
  { path: 'src/failover/', mayImport: ['src/domain/'], packages: [] },
  { path: 'src/net/', mayImport: [] },
  { path: 'src/link/', mayImport: ['src/domain/'] },
  {
    path: 'src/edge/',
    mayImport: ['src/sip/', 'src/failover/', 'src/domain/', 'src/net/', 'src/link/'],
  },
  { path: 'src/store/', mayImport: ['src/domain/', 'src/link/'] },
  { path: 'src/control/', mayImport: ['src/store/', 'src/link/', 'src/domain/'] },
  { path: 'src/api/', mayImport: ['src/control/', 'src/store/', 'src/domain/'] },
  { path: 'src/cli/', mayImport: ['src/'] },
  // It talks HTTP with the service and shares no code with it.
  { path: 'portal/src/', mayImport: [] },
  { path: 'src/main.ts', mayImport: ['src/'] },
];

const EVERYWHERE = 'src/base/';

export interface Violation {
  readonly import: Import;
  readonly why: string;
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.filter((layer) => path.startsWith(layer.path)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
}

/** The imports that point up the list, or out of a pure layer. Tests may import what they like. */
export function violations(imports: readonly Import[]): Violation[] {
  const found: Violation[] = [];
  for (const one of imports) {
    if (one.from.endsWith('.test.ts')) continue;
    const layer = layerOf(one.from);
    if (layer === undefined) {
      found.push({ import: one, why: `${one.from} is in no layer` });
      continue;
    }
    const ours = one.to.startsWith('src/') || one.to.startsWith('portal/src/');
    if (!ours && one.to.includes('/') && one.to.endsWith('.ts')) {
      found.push({ import: one, why: `${layer.path} imports from outside src/` });
    } else if (ours) {
      const allowed = [layer.path, ...(one.from.startsWith('src/') ? [EVERYWHERE] : []), ...layer.mayImport];
      if (!allowed.some((path) => one.to.startsWith(path))) {
        found.push({ import: one, why: `${layer.path} may not import ${layerOf(one.to)?.path ?? one.to}` });
      }
    } else if (layer.packages !== undefined && !layer.packages.includes(one.to)) {
      found.push({ import: one, why: `${layer.path} is pure and may not import ${one.to}` });
    }
  }
  return found;
}
