import { SealingKey } from '../../src/link/sealing.ts';

function keyOf(text: string): SealingKey {
  const key = SealingKey.parse(text);
  if (key === undefined) throw new Error(text);
  return key;
}

export const SEALING_TEXT = '5ea1'.repeat(16);
/** The sealing key of every store in the tests. */
export const SEALING_KEY = keyOf(SEALING_TEXT);
export const OTHER_SEALING_KEY = keyOf('0123456789abcdef'.repeat(4));
