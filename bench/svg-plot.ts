/** One line of a panel. */
interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

const WIDTH = 300;
const HEIGHT = 230;
/** What the axes and titles need around the lines. */
const MARGIN = { left: 52, right: 14, top: 34, bottom: 44 };

/**
 * Panels side by side, x logarithmic in powers of ten and y from 0, with one legend below. Colours are chosen to
 * be read on white and on black.
 */
export function svgPlot(panels: readonly Panel[], xLabel: string): string {
  const width = WIDTH * panels.length;
  const legend = panels[0]?.series ?? [];
  const parts = panels.map(
    (panel, index) => `<g transform="translate(${index * WIDTH} 0)">${drawn(panel, xLabel)}</g>`,
  );
  const entries = legend.map(
    ({ colour, name }, index) =>
      `<g transform="translate(${MARGIN.left + index * 200} ${HEIGHT + 14})">` +
      `<circle r="4" fill="${colour}"/><text x="10" y="4">${escaped(name)}</text></g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + 30}" width="${width}" font-family="sans-serif" font-size="11" fill="#777">`,
    `<title>${escaped(panels.map(({ title }) => title).join('; '))}</title>`,
    ...parts,
    ...entries,
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ series, title }: Panel, xLabel: string): string {
  const points = series.flatMap((one) => one.points);
  const decades = points.map(({ x }) => Math.log10(x));
  const least = Math.floor(Math.min(...decades));
  const most = Math.max(least + 1, Math.ceil(Math.max(...decades)));
  const step = niceStep(Math.max(...points.map(({ y }) => y)) / 4);
  const top = Math.ceil(Math.max(...points.map(({ y }) => y)) / step) * step;
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const xOf = (x: number): number => MARGIN.left + ((Math.log10(x) - least) / (most - least)) * inner.width;
  const yOf = (y: number): number => MARGIN.top + (1 - y / top) * inner.height;
  const parts = [`<text x="${MARGIN.left}" y="18" font-weight="bold">${escaped(title)}</text>`];
  for (let y = 0; y <= top; y += step) {
    const at = yOf(y).toFixed(1);
    parts.push(
      `<path d="M${MARGIN.left} ${at}H${WIDTH - MARGIN.right}" stroke="#888" stroke-opacity=".3"/>`,
      `<text x="${MARGIN.left - 6}" y="${(yOf(y) + 4).toFixed(1)}" text-anchor="end">${Number(y.toPrecision(3))}</text>`,
    );
  }
  for (let decade = least; decade <= most; decade += 1) {
    parts.push(
      `<text x="${xOf(10 ** decade).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${short(10 ** decade)}</text>`,
    );
  }
  parts.push(
    `<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 12}" text-anchor="end">${escaped(xLabel)}</text>`,
  );
  for (const { colour, points: line } of series) {
    const path = line.map(({ x, y }) => `${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`).join('L');
    parts.push(`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const { x, y } of line) {
      parts.push(`<circle cx="${xOf(x).toFixed(1)}" cy="${yOf(y).toFixed(1)}" r="3.5" fill="${colour}"/>`);
    }
  }
  return parts.join('\n');
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((one) => one * power >= least) ?? 10;
  return factor * power;
}

function short(count: number): string {
  if (count >= 1_000_000) return `${count / 1_000_000} M`;
  return count >= 1_000 ? `${count / 1_000} k` : `${count}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
