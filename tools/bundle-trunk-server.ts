// Joins the modules of a trunk server's thread into one file: V8 compiles what a module imports as a variable that may
// change, and what stands in the same file as what it is (docs/decisions/027-one-file-for-the-thread.md).
//
//   node tools/node.js tools/bundle-trunk-server.ts dist/edge/worker.js    as `npm run build` does
//   node tools/node.js tools/bundle-trunk-server.ts --if-stale             for running from the sources, as `npm start` does
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { BUNDLE, isFresh } from '../src/cli/trunk-server-program.ts';

const ROOT = resolve(import.meta.dirname, '..');

async function bundle(file: string): Promise<void> {
  const joined = await rolldown({
    input: resolve(ROOT, 'src/edge/worker.ts'),
    platform: 'node',
    // Packages stay where npm put them.
    external: /^[^./]/,
    logLevel: 'warn',
  });
  await joined.write({ file, format: 'esm', codeSplitting: false });
  await joined.close();
}

const [, , asked] = process.argv;
if (asked !== '--if-stale') await bundle(asked === undefined ? BUNDLE : resolve(ROOT, asked));
else if (!isFresh()) await bundle(BUNDLE);
