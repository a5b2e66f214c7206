import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataFolder } from './data-folder.ts';

const fresh = () => mkdtempSync(join(tmpdir(), 'throughline-data-'));

test('a data folder is made where there is none', () => {
  const path = join(fresh(), 'a', 'b');
  const opened = openDataFolder(path);
  expect(opened.ok && opened.value.database).toBe(join(path, 'throughline.db'));
  if (opened.ok) opened.value.release();
});

test('it belongs to one process at a time, which is named to the second', () => {
  const path = fresh();
  const first = openDataFolder(path);
  const second = openDataFolder(path);
  expect(second).toMatchObject({ ok: false, error: { exit: 73 } });
  expect(!second.ok && second.error.reason).toContain(`${path} is in use by process ${process.pid};`);
  if (first.ok) first.value.release();
  const third = openDataFolder(path);
  expect(third.ok).toBe(true);
  if (third.ok) third.value.release();
});

test('a path that cannot be a folder is refused with what to do', () => {
  const file = join(fresh(), 'file');
  writeFileSync(file, '');
  const opened = openDataFolder(join(file, 'data'));
  expect(opened).toMatchObject({ ok: false, error: { exit: 73 } });
  expect(!opened.ok && opened.error.reason).toMatch(
    /cannot be written \(ENOTDIR\); make it writable, or choose another/,
  );
});

test('a file in its place is called a file, and left as it is', () => {
  const file = join(fresh(), 'file');
  writeFileSync(file, 'mine');
  chmodSync(file, 0o755);
  const opened = openDataFolder(file);
  expect(opened).toMatchObject({ ok: false, error: { exit: 73 } });
  expect(!opened.ok && opened.error.reason).toContain(`${file} is a file, not a folder; choose another`);
  expect(statSync(file).mode & 0o777).toBe(0o755);
});

test('a place that takes no folders is refused, too', () => {
  const opened = openDataFolder('/proc/throughline/data');
  expect(opened).toMatchObject({ ok: false, error: { exit: 73 } });
});

test('nobody else may look in, also where the folder was there before', () => {
  const path = fresh();
  chmodSync(path, 0o755);
  const opened = openDataFolder(path);
  if (opened.ok) opened.value.release();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(path, 'pid')).mode & 0o777).toBe(0o600);
});
