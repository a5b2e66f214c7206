import { expect, test } from 'vitest';
import { Cleanup } from './cleanup.ts';

test('the last thing is undone first, one after another, each once', async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.defer(() => done.push('store'));
  cleanup.defer(async () => {
    await Promise.resolve();
    done.push('threads');
  });
  await cleanup.run();
  await cleanup.run();
  expect(done).toEqual(['threads', 'store']);
});

test('what fails is told, after everything else has been undone', async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.defer(() => done.push('store'));
  cleanup.defer(() => Promise.reject(new Error('threads')));
  await expect(cleanup.run()).rejects.toThrow('threads');
  expect(done).toEqual(['store']);
});
