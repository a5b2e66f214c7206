/**
 * Work that never changes, of the same kind as a call: text is scanned, cut and put together, and kept in a Map for
 * a while. What V8 or the machine make faster or slower, they do here, too. Change nothing in it: the baseline
 * would mean something else.
 */
const TEXT = Array.from(
  { length: 24 },
  (_, line) => `Header-${line}: value ${'x'.repeat(line)};a=${line}\r\n`,
).join('');

const kept = new Map<string, string>();
const out = Buffer.alloc(4_096);

export function fixedWork(): number {
  let sum = 0;
  for (let round = 0; round < 600; round += 1) {
    let text = `Round: ${round}\r\n`;
    let from = 0;
    while (from < TEXT.length) {
      const colon = TEXT.indexOf(':', from);
      const end = TEXT.indexOf('\r\n', colon);
      for (let at = colon + 2; at < end; at += 1) sum = (sum + TEXT.charCodeAt(at)) | 0;
      text += `${TEXT.substring(from, colon)}: ${TEXT.substring(colon + 2, end)}\r\n`;
      from = end + 2;
    }
    out.write(text, 0, 'latin1');
    kept.set(`${round}`, text);
    if (round >= 100) kept.delete(`${round - 100}`);
  }
  kept.clear();
  return sum;
}
