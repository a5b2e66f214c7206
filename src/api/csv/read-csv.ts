import Papa from 'papaparse';
import { err, ok, type Result } from '../../base/result.ts';
import type { Problem } from '../../control/errors.ts';
import { fromCell } from './cells.ts';

/** One line with at least one cell that is not empty; the cells without the spaces around them. */
export interface CsvLine {
  /** Of the file, which begins with 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What programs write between cells. Which one it is, the line with the names of the columns tells. */
const SEPARATORS = [',', ';', '\t'];

/** How Excel is told which separator comes; it writes the line itself, too. */
const SEPARATOR_LINE = /^\uFEFF*sep=(.)\n/iu;

/** Some programs put one more before the one that is there. */
const BYTE_ORDER_MARKS = /^\uFEFF+/u;

/** Text of a file: UTF-8, or UTF-16 as Excel's "Unicode text". undefined: neither. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The lines of a file that are not blank, `most` and one more at most; or where it is no CSV. */
export function readCsv(text: string, most: number): Result<readonly CsvLine[], Problem> {
  const unix = text.replace(/\r\n?/gu, '\n');
  const told = SEPARATOR_LINE.exec(unix);
  const body = unix.slice(told?.[0].length ?? 0).replace(BYTE_ORDER_MARKS, '');
  const delimiter = told?.[1] ?? separatorOf(body);
  const lines: CsvLine[] = [];
  let problem: Problem | undefined;
  let line = told === null ? 1 : 2;
  let at = 0;
  Papa.parse<string[]>(body, {
    delimiter,
    newline: '\n',
    step({ data, errors, meta }, parser) {
      const cells = data.map((cell) => fromCell(cell.trim()));
      if (errors.length > 0) problem = wrongQuotes(line);
      else if (cells.some((cell) => cell !== '')) lines.push({ line, cells });
      for (
        let end = body.indexOf('\n', at);
        end !== -1 && end < meta.cursor;
        end = body.indexOf('\n', end + 1)
      ) {
        line += 1;
      }
      at = meta.cursor;
      if (problem !== undefined || lines.length > most) parser.abort();
    },
  });
  return problem === undefined ? ok(lines) : err(problem);
}

function wrongQuotes(line: number): Problem {
  return {
    field: `line ${line}`,
    line,
    message:
      'has a quotation mark that does not fit: a cell that begins with one ends with one, and one within it is written twice',
  };
}

/** Names of columns have none of them within. */
function separatorOf(body: string): string {
  const names = body.trimStart().split('\n', 1)[0] ?? '';
  const counts = SEPARATORS.map((separator) => ({ separator, count: names.split(separator).length }));
  const [best] = counts.toSorted((a, b) => b.count - a.count);
  return best?.separator ?? ',';
}
