/** Rows below their headings, each column as wide as its widest cell; nothing behind the last cell of a row. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings.map((heading) => heading.toUpperCase()), ...rows.map((row) => row.map(oneLine))];
  const widths = headings.map((_, at) => Math.max(...all.map((row) => [...(row[at] ?? '')].length)));
  return all
    .map((row) =>
      row
        .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - [...text].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What others chose may hold anything; a terminal must not obey it. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
