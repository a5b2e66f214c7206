import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseE164 } from '../../domain/phone-number.ts';
import { fromCell, numberCell, toCell } from './cells.ts';

const APOSTROPHE = '\u0027';
const AWKWARD = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  APOSTROPHE,
  '"',
  ',',
  ';',
  '|',
  '＝',
  '＠',
  'a',
  '1',
  ' ',
];
const awkward = fc.array(fc.constantFrom(...AWKWARD), { maxLength: 12 }).map((parts) => parts.join(''));

describe('a cell', () => {
  test.each(['=1+1', '+15125550100', '-2', '@SUM(A1)', '\t=1', '\r=1', "'=1", '＝1', 'a;=1', '"=1', 'x,-1'])(
    'with %j is no formula, wherever a spreadsheet splits it',
    (text) => {
      const cell = toCell(text);
      for (const piece of cell.split(/[;,|"\t\r\n]/u)) expect(piece).not.toMatch(/^[=+\-@＝＋－＠]/u);
      expect(cell).not.toMatch(/^[\t\r\n]/u);
      expect(fromCell(cell)).toBe(text);
    },
  );

  test('of ordinary text is that text', () => {
    for (const text of ['', 'PBX', "O'Hara", "'quoted'", 'pbx2.example.com:5062;transport=tcp', '10.0.0.1']) {
      expect(toCell(text)).toBe(text);
      expect(fromCell(text)).toBe(text);
    }
  });

  test('that somebody typed without an apostrophe is read unchanged', () => {
    expect(fromCell('+15125550100')).toBe('+15125550100');
  });

  test('gives back what went in, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(awkward, fc.string()), (text) => fromCell(toCell(text)) === text));
  });

  test.each([
    ['+15125550100', '5125550100', '5125550100'],
    ['+493023125000', undefined, `${APOSTROPHE}+493023125000`],
  ])('with the number %s', (text, tenDigits, cell) => {
    const number = parseE164(text);
    if (number === undefined) throw new Error(text);
    expect(numberCell(number, { tenDigits: () => tenDigits })).toBe(cell);
  });
});
