import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { readDidCsv } from './did-csv.ts';
import { decodeText, readCsv } from './read-csv.ts';

const cellsOf = (text: string) => {
  const read = readCsv(text, 100);
  return read.ok ? read.value.map(({ line, cells }) => [line, ...cells]) : read.error;
};
const RIGHT = [
  [1, 'number', 'backup'],
  [2, '512 555-0100', 'a;transport=tcp'],
];

describe('a file', () => {
  test.each([
    ['with LF', 'number,backup\n512 555-0100,a;transport=tcp\n'],
    ['with CRLF', 'number,backup\r\n512 555-0100,a;transport=tcp\r\n'],
    ['with CR', 'number,backup\r512 555-0100,a;transport=tcp'],
    ['without an end of its last line', 'number,backup\n512 555-0100,a;transport=tcp'],
    ['with a byte order mark', '\uFEFFnumber,backup\n512 555-0100,a;transport=tcp\n'],
    ['with two byte order marks', '\uFEFF\uFEFFnumber,backup\n512 555-0100,a;transport=tcp\n'],
    ['as Excel in Europe writes it', 'number;backup\r\n512 555-0100;"a;transport=tcp"\r\n'],
    ['with tabs', 'number\tbackup\n512 555-0100\ta;transport=tcp\n'],
    ['with spaces around its cells', ' number , backup \n 512 555-0100\u00a0, a;transport=tcp\n'],
    ['all in quotation marks', '"number","backup"\n"512 555-0100","a;transport=tcp"\n'],
    ['with blank lines at its end', 'number,backup\n512 555-0100,a;transport=tcp\n\n,\n ,  \n'],
  ])('%s', (_what, text) => {
    expect(cellsOf(text)).toEqual(RIGHT);
  });

  test('counts lines as an editor does: blank ones, and those within quotation marks, too', () => {
    expect(cellsOf('sep=;\r\n\r\nnumber;backup\r\n\r\n1;"a\r\nb"\r\n2;c\n3;d')).toEqual([
      [3, 'number', 'backup'],
      [5, '1', 'a\nb'],
      [7, '2', 'c'],
      [8, '3', 'd'],
    ]);
  });

  test.each([
    ['1,2\n"3\n4,5', 2],
    ['1,2\n3,4\n"5"x,6\n', 3],
  ])('with a quotation mark that does not fit says in which line: %j', (text, line) => {
    expect(cellsOf(text)).toMatchObject({ line, message: expect.stringContaining('quotation mark') });
  });

  test('is read as far as it may go, and one line more', () => {
    const read = readCsv('a\n'.repeat(1_000), 10);
    expect(read.ok && read.value.length).toBe(11);
  });

  test('in UTF-8 or UTF-16 is read; in anything else it is not guessed', () => {
    expect(decodeText(Buffer.from('Büro'))).toBe('Büro');
    expect(decodeText(Buffer.from('\uFEFFBüro', 'utf16le'))).toBe('Büro');
    expect(decodeText(Buffer.from('Büro', 'latin1'))).toBeUndefined();
  });

  test('of anything at all never throws, and numbers its lines upwards', () => {
    const hostile = fc.array(
      fc.constantFrom('a', ',', ';', '"', '\n', '\r', '\t', '\uFEFF', 'sep=', ' ', "'", '='),
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const read = readCsv(parts.join(''), 50);
        if (!read.ok) return;
        const numbers = read.value.map(({ line }) => line);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      }),
      { examples: [[['\uFEFF', '\uFEFF', 'a', '\n', 'a']]] },
    );
  });

  test('that was written is read again as it was', () => {
    const cell = fc.string({ minLength: 1, unit: fc.constantFrom('a', ',', ';', '"', 'ü', '.') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const text = Papa.unparse([['number', 'backup'], ...rows], { newline: '\r\n' });
        expect(cellsOf(text)).toEqual([['number', 'backup'], ...rows].map((row, at) => [at + 1, ...row]));
      }),
    );
  });
});

describe('the columns of DIDs', () => {
  const problems = (text: string) => {
    const read = readDidCsv(text, ['failoverNumber', 'backup']);
    return read.ok ? read.value : read.error;
  };

  test('are known by name, in any order and however they are written; an absent one is not an empty one', () => {
    expect(problems('Failover FQDN/IP,DID\npbx.example.com,1\n,2\n')).toEqual([
      { line: 2, number: '1', backup: 'pbx.example.com' },
      { line: 3, number: '2', backup: '' },
    ]);
    expect(problems('failover_number;NUMBER;effective backup;account;\n1;2;3;4;\n')).toEqual([
      { line: 2, number: '2', failoverNumber: '1' },
    ]);
  });

  test.each([
    ['', '(the whole body)', 'empty'],
    ['5125550100\n5125550101\n', 'line 1, column 1', 'names the columns'],
    ['number,nuber\n1,2\n', 'line 1, column 2', '"nuber" is no column'],
    ['number,backup,backup\n1,2,3\n', 'line 1, column 3', 'second column for backup'],
    ['failover number\n1\n', 'line 1', 'no column called number'],
    ['number,trunk group\n1,2\n', 'line 1', 'no column to change: failover number, backup'],
    ['number,backup\n', '(the whole body)', 'no line but the names'],
    ['number,backup\n1\n', 'line 2', 'has 1 cells and the first line 2'],
    ['number,backup\n1,2,3\n', 'line 2', 'has 3 cells and the first line 2'],
    [`number,backup\n${'1,2\n'.repeat(10_001)}`, '(the whole body)', 'more than 10000 lines'],
  ])('that are wrong: %j', (text, field, message) => {
    expect(problems(text)).toMatchObject([{ field, message: expect.stringContaining(message) }]);
  });
});
