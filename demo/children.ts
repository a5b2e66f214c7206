import type { ChildProcess } from 'node:child_process';

/** What this process has started and is still running. */
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Has a child end with this process, whatever this one ends by (but SIGKILL). */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}
