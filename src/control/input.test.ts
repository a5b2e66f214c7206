import { describe, expect, test } from 'vitest';
import { readName } from './input.ts';

describe('a name', () => {
  test.each([
    'Example Bakery',
    'Bäckerei “Süß” & Söhne',
    'مخبز',
    '面包店',
    'नमस्ते',
    '👩‍🍳',
    '=SUM(A1)',
    '<b>',
  ])('may be %s', (name) => {
    expect(readName(`  ${name} `, 'name')).toEqual({ ok: true, value: name });
  });

  test.each([
    ['an end of line', 'a\nb'],
    ['a separator of lines', 'a\u2028b'],
    ['a NUL', 'a\0b'],
    ['an escape sequence of terminals', 'a\u001b[31mb'],
    ['the same as one character', 'a\u009b31mb'],
    ['what turns the direction of the text behind it', 'a\u202eb'],
  ])('may not have %s', (_, name) => {
    expect(readName(name, 'name')).toMatchObject({
      error: { problems: [{ field: 'name', message: expect.stringContaining('control characters') }] },
    });
  });

  test.each(['\u200b', '\ud800', '\u2060\u200d'])('may not be %j, which nobody sees', (name) => {
    expect(readName(name, 'name')).toMatchObject({
      error: { problems: [{ message: expect.stringContaining('nothing that can be seen') }] },
    });
  });
});
