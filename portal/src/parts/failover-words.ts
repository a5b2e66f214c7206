import type { Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { backupText } from './words.ts';

/** Failover settings on one line. */
export function inWords(failover: Failover | null): string {
  const parts = [backupText(failover?.backup ?? null), failover?.number ?? ''];
  return parts.filter((part) => part !== '').join(', ') || texts.failover.nothing;
}
