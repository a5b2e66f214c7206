/** One arrow of a ladder. */
export interface Arrow {
  /** Milliseconds since the first one. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Nobody saw it go: it is concluded from the call record. */
  readonly concluded?: true;
}

/** What fits into 100 columns with all six participants. */
const WIDTH = 98;
const MARGIN = 13;
const WIDEST = 22;

/** Draws a message ladder in ASCII, one line for each arrow; `columns` that no arrow touches are left out. */
export function drawLadder(arrows: readonly Arrow[], columns: readonly string[]): string[] {
  const used = columns.filter((name) => arrows.some(({ from, to }) => from === name || to === name));
  const pitch = Math.min(WIDEST, Math.floor((WIDTH - MARGIN - 8) / Math.max(1, used.length - 1)));
  const place = (name: string): number => MARGIN + used.indexOf(name) * pitch;
  let names = '';
  for (const name of used) names = names.padEnd(place(name) - Math.floor(name.length / 2)) + name;
  return [
    names,
    ...arrows.map((arrow) => drawArrow(arrow, used.map(place), place(arrow.from), place(arrow.to))),
  ];
}

function drawArrow(arrow: Arrow, lifelines: readonly number[], from: number, to: number): string {
  const cells = [`${(arrow.at / 1_000).toFixed(3)} s`.padStart(MARGIN - 3).padEnd(MARGIN)];
  const line = [...cells.join('').padEnd(Math.max(...lifelines) + 1)];
  for (const place of lifelines) line[place] = '|';
  const left = Math.min(from, to) + 1;
  const right = Math.max(from, to) - 1;
  for (let i = left; i <= right; i += 1) line[i] = arrow.concluded && i % 2 === 0 ? ' ' : '-';
  line[from < to ? right : left] = from < to ? '>' : '<';
  const room = right - left - 3;
  const label = ` ${fitted(arrow.label, room)} `;
  const start = left + 1 + Math.floor((right - left - 1 - label.length) / 2);
  for (const [i, character] of [...label].entries()) line[start + i] = character;
  return line.join('').trimEnd();
}

/** The first word where the whole does not fit: `487 Request Terminated` becomes `487`. */
function fitted(label: string, room: number): string {
  return label.length <= room ? label : (label.split(' ')[0] ?? label);
}
