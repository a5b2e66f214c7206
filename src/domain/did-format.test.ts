import { expect, test } from 'vitest';
import type { DidFormat } from './account.ts';
import { formatDid } from './did-format.ts';
import { parseE164 } from './phone-number.ts';

test.each<[string, DidFormat, string]>([
  ['+12124567890', '10-digits', '2124567890'],
  ['+12124567890', '11-digits', '12124567890'],
  ['+12124567890', 'e164', '+12124567890'],
  // Other countries have no ten-digit form: international digits under both.
  ['+442079460018', '10-digits', '442079460018'],
  ['+442079460018', '11-digits', '442079460018'],
  ['+442079460018', 'e164', '+442079460018'],
])('%s as %s is %s', (number, format, written) => {
  const parsed = parseE164(number);
  expect(parsed).toBeDefined();
  if (parsed !== undefined) expect(formatDid(parsed, format)).toBe(written);
});
