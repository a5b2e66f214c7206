import { skipQuoted } from './characters.ts';

/**
 * Parameters in the order in which they came, `;name` or `;name=value`. Names compare without regard to case;
 * names and values are kept as they were written, quotes and escapes included.
 */
export class Params {
  readonly names: readonly string[];
  readonly values: readonly (string | undefined)[];

  constructor(names: readonly string[], values: readonly (string | undefined)[]) {
    this.names = names;
    this.values = values;
  }

  get count(): number {
    return this.names.length;
  }

  indexOf(name: string): number {
    const { names } = this;
    for (let i = 0; i < names.length; i += 1) {
      const other = names[i] ?? '';
      if (other === name) return i;
      if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return i;
    }
    return -1;
  }

  has(name: string): boolean {
    return this.indexOf(name) !== -1;
  }

  /** The value, unquoted where it was quoted; '' for a parameter without one; undefined when absent. */
  get(name: string): string | undefined {
    const index = this.indexOf(name);
    return index === -1 ? undefined : unquote(this.values[index] ?? '');
  }

  /** `;name=value;name`, as it was written but for white space; '' for none. */
  toString(): string {
    let text = '';
    for (let i = 0; i < this.names.length; i += 1) {
      const value = this.values[i];
      text += value === undefined ? `;${this.names[i]}` : `;${this.names[i]}=${value}`;
    }
    return text;
  }
}

export const NO_PARAMS = new Params([], []);

/** What a quoted string says (RFC 3261 25.1 quoted-pair); any other text as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== 0x22 || skipQuoted(text, 0, text.length) !== text.length) return text;
  if (text.indexOf('\\') === -1) return text.substring(1, text.length - 1);
  let plain = '';
  for (let p = 1; p < text.length - 1; p += 1) {
    if (text.charCodeAt(p) === 0x5c) p += 1;
    plain += text.charAt(p);
  }
  return plain;
}

/** `text` as a quoted string. */
export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
