import { expect, test } from 'vitest';
import { createLog, type LogOutput } from './log.ts';

function written(
  settings: Parameters<typeof createLog>[0],
  isTTY: boolean,
  use: (log: ReturnType<typeof createLog>) => void,
): string {
  let text = '';
  const output: LogOutput = { isTTY, write: (part) => (text += part) };
  use(createLog(settings, output));
  return text;
}

test('JSON lines where nobody watches', () => {
  const text = written({ level: 'info', format: 'auto' }, false, (log) =>
    log.warn({ trunkServer: 'trunk1' }, 'lags'),
  );
  expect(JSON.parse(text)).toMatchObject({ level: 'warn', trunkServer: 'trunk1', msg: 'lags' });
});

test('text lines on a terminal', () => {
  const text = written({ level: 'info', format: 'auto' }, true, (log) => {
    log.debug('unseen');
    log.warn({ trunkServer: 'trunk1', revision: 3 }, 'lags');
  });
  expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}trunk1: lags {2}revision=3\n$/);
});

test('what a peer sent cannot steer a terminal or fake a line', () => {
  const text = written({ level: 'info', format: 'text' }, false, (log) =>
    log.info({ agent: 'x\u001b[2J\nfake' }, 'a\nb \u202e'),
  );
  expect(text.match(/\n/g)).toHaveLength(1);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u202e');
});
