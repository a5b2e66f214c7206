import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const OPTIONS = JSON.stringify(new URL('./v8-options.ts', import.meta.url).href);

/** V8 says on its own which functions it compiles, and why. */
const PROGRAM = `
  import { setTimeout } from 'node:timers/promises';
  import { setV8Options } from ${OPTIONS};
  setV8Options();
  let sum = 0;
  function calledOften(by) { sum = (sum + by) % 1_000; }
  const hundred = new Array(100).fill(1);
  for (let i = 0; i < 20; i += 1) {
    hundred.forEach(calledOften);
    await setTimeout(2);
  }
`;

test('V8 knows its options, and compiles with TurboFan what has been called 2,000 times', () => {
  const { stderr, stdout, status } = spawnSync(
    process.execPath,
    ['--trace-opt', '--input-type=module', '--eval', PROGRAM],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/<JSFunction calledOften.*TURBOFAN/);
});
