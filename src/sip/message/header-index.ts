import { isAll, TOKEN } from '../uri/characters.ts';
import { elementEnd, splitElements, unfold } from './element.ts';
import { HeaderId, headerIdAt, LAST_MARKED } from './header-name.ts';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.ts';

const STRIDE = 3;
const VALUE_START = 1;
const VALUE_END = 2;
/** The first number of an entry: the id above, the start of the name below these bits. */
const NAME_BITS = 24;
const NAME_MASK = (1 << NAME_BITS) - 1;

const NO_ELEMENTS: readonly string[] = [];

/**
 * Where each header field of a message lies in its text. An *entry* is the offset of one header field in
 * `#entries`, which holds three numbers for each: id and start of the name in one, start and end of the trimmed
 * value.
 */
export class HeaderIndex {
  readonly text: string;
  readonly #entries: readonly number[];
  /** Bit n: there is a header field with the id n, up to `LAST_MARKED`. */
  readonly #present: number;
  /** Bit n: there are several. */
  readonly #repeated: number;
  /** Where the blank line begins. */
  readonly end: number;
  readonly bodyStart: number;
  /** What is wrong with the lines, for people; such lines have no entry. */
  readonly problem: string | undefined;
  /** True when some value has a line fold in it. */
  readonly folded: boolean;

  constructor(
    text: string,
    entries: readonly number[],
    present: number,
    repeated: number,
    end: number,
    bodyStart: number,
    problem: string | undefined,
    folded: boolean,
  ) {
    this.text = text;
    this.#entries = entries;
    this.#present = present;
    this.#repeated = repeated;
    this.end = end;
    this.bodyStart = bodyStart;
    this.problem = problem;
    this.folded = folded;
  }

  /** How many header fields there are. */
  get count(): number {
    return this.#entries.length / STRIDE;
  }

  /** The ids up to `LAST_MARKED` of which there are several, as bits. */
  get repeated(): number {
    return this.#repeated;
  }

  /** The entry of the first header field `id` at or behind the entry `from`, or -1. */
  find(id: HeaderId, from = 0): number {
    if (id <= LAST_MARKED && (this.#present & (1 << id)) === 0) return -1;
    const entries = this.#entries;
    for (let entry = from; entry < entries.length; entry += STRIDE) {
      if ((entries[entry] ?? 0) >> NAME_BITS === id) return entry;
    }
    return -1;
  }

  /** The entry of the next header field `id` behind `entry`, or -1. */
  findNext(id: HeaderId, entry: number): number {
    if (id <= LAST_MARKED && (this.#repeated & (1 << id)) === 0) return -1;
    return this.find(id, entry + STRIDE);
  }

  has(id: HeaderId): boolean {
    return this.find(id) !== -1;
  }

  /** The entry behind `entry`, or -1 at the end. */
  next(entry: number): number {
    return entry + STRIDE < this.#entries.length ? entry + STRIDE : -1;
  }

  idAt(entry: number): number {
    return (this.#entries[entry] ?? 0) >> NAME_BITS;
  }

  nameStart(entry: number): number {
    const first = this.#entries[entry];
    return first === undefined ? this.end : first & NAME_MASK;
  }

  valueStart(entry: number): number {
    return this.#entries[entry + VALUE_START] ?? this.end;
  }

  valueEnd(entry: number): number {
    return this.#entries[entry + VALUE_END] ?? this.end;
  }

  /** The offset behind the last line end of a header field: the next one's name, or the blank line. */
  lineEnd(entry: number): number {
    return this.nameStart(entry + STRIDE);
  }

  /** The value of an entry: trimmed, line folds replaced by one SP. */
  valueAt(entry: number): string {
    const value = this.text.substring(this.valueStart(entry), this.valueEnd(entry));
    return this.folded ? unfold(value) : value;
  }

  /** The value of the first header field `id`. */
  value(id: HeaderId): string | undefined {
    const entry = this.find(id);
    return entry === -1 ? undefined : this.valueAt(entry);
  }

  /** The values of all header fields `id`, one for each line. */
  values(id: HeaderId): string[] {
    const found: string[] = [];
    for (let entry = this.find(id); entry !== -1; entry = this.findNext(id, entry)) {
      found.push(this.valueAt(entry));
    }
    return found;
  }

  /** The values of all header fields `id`, comma-separated ones taken apart. */
  elements(id: HeaderId): readonly string[] {
    let entry = this.find(id);
    if (entry === -1) return NO_ELEMENTS;
    if (this.isSingle(id, entry)) return [this.valueAt(entry)];
    const found: string[] = [];
    for (; entry !== -1; entry = this.findNext(id, entry)) {
      splitElements(this.text, this.valueStart(entry), this.valueEnd(entry), found);
    }
    return found;
  }

  /** True when the only header field `id`, at `entry`, has exactly one value. */
  isSingle(id: HeaderId, entry: number): boolean {
    const start = this.valueStart(entry);
    const end = this.valueEnd(entry);
    return this.findNext(id, entry) === -1 && start < end && elementEnd(this.text, start, end) === end;
  }

  /** The values of all header fields named `name`, in any case; meant for those without an id. */
  named(name: string): string[] {
    const found: string[] = [];
    const wanted = name.toLowerCase();
    for (let entry = 0; entry < this.#entries.length; entry += STRIDE) {
      if (this.nameAt(entry).toLowerCase() === wanted) found.push(this.valueAt(entry));
    }
    return found;
  }

  /** The name of an entry as it was written. */
  nameAt(entry: number): string {
    const start = this.nameStart(entry);
    const colon = this.text.indexOf(':', start);
    return this.text.substring(start, trimBlanksEnd(this.text, start, colon));
  }
}

/** The entries of the message that is being scanned. One that grows with each message would be copied thrice. */
const scratch: number[] = new Array<number>(STRIDE * DEFAULT_LIMITS.headers).fill(0);

/**
 * Finds the header fields from offset `from` on, up to the blank line (RFC 3261 7.3.1). LF alone ends a line
 * too. Lines that are no header field are left out and named in `problem`; the rest is indexed all the same,
 * so that a broken request can still be answered.
 */
export function scanHeaders(text: string, from: number, limits: MessageLimits): HeaderIndex {
  let length = 0;
  let present = 0;
  let repeated = 0;
  let problem: string | undefined;
  let folded = false;
  let pos = from;
  // The next CR and the next colon are searched for once each, or lines without one would cost the square.
  let cr = -1;
  let colon = -1;
  let end = text.length;
  let bodyStart = text.length;
  for (;;) {
    const lf = text.indexOf('\n', pos);
    if (lf === -1) {
      problem ??= 'No Blank Line After Header Fields';
      break;
    }
    const lineEnd = lf > pos && text.charCodeAt(lf - 1) === 0x0d ? lf - 1 : lf;
    if (lineEnd === pos) {
      end = pos;
      bodyStart = lf + 1;
      break;
    }
    // RFC 2543 let a CR alone end a line, so the next hop might see header fields where we see none.
    if (cr < pos) {
      cr = text.indexOf('\r', pos);
      if (cr === -1) cr = text.length;
    }
    if (cr < lineEnd) problem ??= 'Stray CR in Header Field';
    if (lineEnd - pos > limits.line) problem ??= 'Header Line Too Long';
    const first = text.charCodeAt(pos);
    if (first === 0x20 || first === 0x09) {
      folded = true;
      if (length === 0) problem ??= 'Header Fields Begin With a Folded Line';
      else extendValue(text, length - STRIDE, pos, lineEnd);
    } else {
      if (colon < pos) {
        colon = text.indexOf(':', pos);
        if (colon === -1) colon = text.length;
      }
      const nameEnd = colon > lineEnd ? pos : trimBlanksEnd(text, pos, colon);
      const id = headerIdAt(text, pos, nameEnd);
      if (id === HeaderId.Unknown && !isAll(text, pos, nameEnd, TOKEN)) {
        problem ??= 'Header Line Without a Name';
      } else if (length >= limits.headers * STRIDE) {
        problem ??= 'Too Many Header Fields';
      } else {
        const valueStart = skipBlanks(text, colon + 1, lineEnd);
        scratch[length] = (id << NAME_BITS) | pos;
        scratch[length + VALUE_START] = valueStart;
        scratch[length + VALUE_END] = trimBlanksEnd(text, valueStart, lineEnd);
        length += STRIDE;
        if (id <= LAST_MARKED) {
          repeated |= present & (1 << id);
          present |= 1 << id;
        }
      }
    }
    pos = lf + 1;
  }
  return new HeaderIndex(text, scratch.slice(0, length), present, repeated, end, bodyStart, problem, folded);
}

/** Takes a continuation line into the value of the last entry. */
function extendValue(text: string, last: number, lineStart: number, lineEnd: number): void {
  const from = skipBlanks(text, lineStart, lineEnd);
  if (from === lineEnd) return;
  if (scratch[last + VALUE_START] === scratch[last + VALUE_END]) scratch[last + VALUE_START] = from;
  scratch[last + VALUE_END] = trimBlanksEnd(text, from, lineEnd);
}

function skipBlanks(text: string, from: number, end: number): number {
  let p = from;
  while (p < end) {
    const code = text.charCodeAt(p);
    if (code !== 0x20 && code !== 0x09) break;
    p += 1;
  }
  return p;
}

function trimBlanksEnd(text: string, start: number, end: number): number {
  let p = end;
  while (p > start) {
    const code = text.charCodeAt(p - 1);
    if (code !== 0x20 && code !== 0x09) break;
    p -= 1;
  }
  return p;
}
