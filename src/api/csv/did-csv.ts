import { err, ok, type Result } from '../../base/result.ts';
import type { ControlPlane } from '../../control/control-plane.ts';
import { DID_COLUMNS, type DidLine } from '../../control/did-lines.ts';
import type { Problem } from '../../control/errors.ts';
import type { ExportedDid } from '../../control/views.ts';
import { numberCell, toCell } from './cells.ts';
import { type CsvLine, readCsv } from './read-csv.ts';

type Column = keyof typeof DID_COLUMNS;

/** Shown, and passed over when a file comes back. */
const SHOWN = {
  account: 'account',
  effectiveFailoverNumber: 'effective failover number',
  effectiveBackup: 'effective backup',
} as const;

/** The names of columns as `plain` writes them, also those that the portal shows. */
const NAMES: ReadonlyMap<string, Column | 'shown'> = new Map<string, Column | 'shown'>([
  ['number', 'number'],
  ['did', 'number'],
  ['trunkgroup', 'trunkGroup'],
  ['failovernumber', 'failoverNumber'],
  ['backup', 'backup'],
  ['failoverfqdnip', 'backup'],
  ['account', 'shown'],
  ['effectivefailovernumber', 'shown'],
  ['effectivebackup', 'shown'],
]);

/** How many lines of DIDs a file may have. */
const MOST_LINES = 10_000;

/** `ofAll`: with the account of each. */
export function didHeader(ofAll: boolean): readonly string[] {
  const { number, trunkGroup, failoverNumber, backup } = DID_COLUMNS;
  const own = [number, trunkGroup, failoverNumber, backup];
  return [...own, SHOWN.effectiveFailoverNumber, SHOWN.effectiveBackup, ...(ofAll ? [SHOWN.account] : [])];
}

export function didRow(
  did: ExportedDid,
  ofAll: boolean,
  control: Pick<ControlPlane, 'tenDigits'>,
): readonly string[] {
  const number = (value: ExportedDid['failoverNumber']) =>
    value === undefined ? '' : numberCell(value, control);
  return [
    numberCell(did.number, control),
    toCell(did.trunkGroup),
    number(did.failoverNumber),
    toCell(did.backup ?? ''),
    number(did.effectiveFailoverNumber),
    toCell(did.effectiveBackup ?? ''),
    ...(ofAll ? [toCell(did.account)] : []),
  ];
}

/**
 * The lines of a file with DIDs. `needed`: at least one of these columns must be there, besides the number. Refused is what is no
 * such file; whether the numbers and addresses in it are right, the control plane says.
 */
export function readDidCsv(
  text: string,
  needed: readonly Column[],
): Result<readonly DidLine[], readonly Problem[]> {
  const read = readCsv(text, MOST_LINES + 1);
  if (!read.ok) return err([read.error]);
  const [header, ...lines] = read.value;
  if (header === undefined)
    return err([
      whole('The file is empty. Its first line names the columns, such as number,failover number.'),
    ]);
  const columns = readHeader(header);
  if (!columns.ok) return columns;
  const names = needed.map((column) => DID_COLUMNS[column]).join(', ');
  if (needed.length > 0 && !needed.some((column) => columns.value.includes(column))) {
    return err([inLine(header, `has no column to change: ${names}`)]);
  }
  if (lines.length > MOST_LINES) {
    return err([whole(`has more than ${MOST_LINES} lines of DIDs, which are the most at a time; split it`)]);
  }
  if (lines.length === 0)
    return err([whole('has no line but the names of the columns; give one for each DID')]);
  const problems = lines.flatMap((line) => wrongLength(line, columns.value));
  return problems.length > 0 ? err(problems) : ok(lines.map((line) => didLine(line, columns.value)));
}

function readHeader(header: CsvLine): Result<readonly (Column | 'shown')[], readonly Problem[]> {
  const problems: Problem[] = [];
  const columns: (Column | 'shown')[] = [];
  for (const [index, cell] of header.cells.entries()) {
    const column = cell === '' ? 'shown' : NAMES.get(plain(cell));
    const known = Object.values(DID_COLUMNS).join(', ');
    const place = { line: header.line, column: cell.slice(0, 60) };
    const field = `line ${header.line}, column ${index + 1}`;
    if (column === undefined) {
      const message = `"${cell.slice(0, 60)}" is no column that is known here; those are ${known}. The first line names the columns.`;
      problems.push({ ...place, field, message });
    } else if (column !== 'shown' && columns.includes(column)) {
      problems.push({
        ...place,
        field,
        message: `There is a second column for ${DID_COLUMNS[column]}; leave one out.`,
      });
    }
    columns.push(column ?? 'shown');
  }
  if (problems.length === 0 && !columns.includes('number')) {
    problems.push(inLine(header, 'has no column called number, which says which DID a line is about'));
  }
  return problems.length > 0 ? err(problems) : ok(columns);
}

/** A cell that is missing could be meant to be empty, or to stay; one too many could belong anywhere. */
function wrongLength({ line, cells }: CsvLine, columns: readonly unknown[]): Problem[] {
  const beyond = cells.slice(columns.length).some((cell) => cell !== '');
  if (cells.length >= columns.length && !beyond) return [];
  const message = `has ${cells.length} cells and the first line ${columns.length}; a cell with a separator in it stands in quotation marks, and an empty one has its separator, too`;
  return [{ field: `line ${line}`, line, message }];
}

function didLine({ line, cells }: CsvLine, columns: readonly (Column | 'shown')[]): DidLine {
  const cell = (column: Column) => {
    const index = columns.indexOf(column);
    return index === -1 ? undefined : (cells[index] ?? '');
  };
  return {
    line,
    number: cell('number') ?? '',
    trunkGroup: cell('trunkGroup'),
    failoverNumber: cell('failoverNumber'),
    backup: cell('backup'),
  };
}

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '');
}

function inLine({ line }: CsvLine, message: string): Problem {
  return { field: `line ${line}`, line, message };
}

function whole(message: string): Problem {
  return { field: '(the whole body)', message };
}
