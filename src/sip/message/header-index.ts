import { TOKEN } from '../uri/characters.ts';
import { OCTETS, skip, spell } from '../uri/octets.ts';
import { elementEnd, splitElements, unfold } from './element.ts';
import { type HeaderId, headerIdOf, LAST_MARKED } from './header-name.ts';
import type { MessageLimits } from './limits.ts';
import { Line } from './line.ts';

const COLON = 0x3a;
const SP = 0x20;
const HTAB = 0x09;
const octets = OCTETS;

const STRIDE = 3;
const VALUE_START = 1;
const VALUE_END = 2;
/** The first number of an entry: the id above, the start of the name below these bits. */
const NAME_BITS = 24;
const NAME_MASK = (1 << NAME_BITS) - 1;

/** The problem of a NUL outside a quoted-pair. */
export const NUL = 'NUL in Header Field';

const NO_ELEMENTS: readonly string[] = [];

/** Header fields that there may be whatever the limits: four times as many as one that comes in may have. */
const MOST = 1_024;

/**
 * Where the header fields lie of the message that was scanned last: three numbers for each, id and start of the name
 * in one, start and end of the trimmed value. Nearly always that is the message which is asked about. Another one is
 * scanned again, which costs less than to keep all this of every message.
 */
const entries = new Int32Array(STRIDE * (MOST + 1));
/** The first entry of each header field up to `LAST_MARKED` that is there. */
const first = new Int32Array(LAST_MARKED + 1);
let scanned: HeaderIndex | undefined;

/** Where each header field of a message lies in its text. An *entry* is the offset of one header field in `entries`. */
export class HeaderIndex {
  readonly text: string;
  readonly #from: number;
  readonly #limits: MessageLimits;
  /** Behind the last entry. */
  readonly #entriesEnd: number;
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

  constructor(text: string, from: number, limits: MessageLimits) {
    this.text = text;
    this.#from = from;
    this.#limits = limits;
    scan(text, from, limits);
    this.#entriesEnd = found.entriesEnd;
    this.#present = found.present;
    this.#repeated = found.repeated;
    this.end = found.end;
    this.bodyStart = found.bodyStart;
    this.problem = found.problem;
    this.folded = found.folded;
    scanned = this;
  }

  #scanAgain(): void {
    scan(this.text, this.#from, this.#limits);
    scanned = this;
  }

  /** How many header fields there are. */
  get count(): number {
    return this.#entriesEnd / STRIDE;
  }

  /** The ids up to `LAST_MARKED` of which there are several, as bits. */
  get repeated(): number {
    return this.#repeated;
  }

  /** The entry of the first header field `id`, or -1. */
  find(id: HeaderId): number {
    if (id > LAST_MARKED) return this.#search(id, 0);
    if ((this.#present & (1 << id)) === 0) return -1;
    if (scanned !== this) this.#scanAgain();
    return first[id] ?? -1;
  }

  /** The entry of the next header field `id` behind `entry`, or -1. */
  findNext(id: HeaderId, entry: number): number {
    if (id <= LAST_MARKED && (this.#repeated & (1 << id)) === 0) return -1;
    return this.#search(id, entry + STRIDE);
  }

  #search(id: HeaderId, from: number): number {
    if (scanned !== this) this.#scanAgain();
    for (let entry = from; entry < this.#entriesEnd; entry += STRIDE) {
      if ((entries[entry] ?? 0) >> NAME_BITS === id) return entry;
    }
    return -1;
  }

  has(id: HeaderId): boolean {
    return this.find(id) !== -1;
  }

  /** The entry behind `entry`, or -1 at the end. */
  next(entry: number): number {
    return entry + STRIDE < this.#entriesEnd ? entry + STRIDE : -1;
  }

  idAt(entry: number): number {
    if (scanned !== this) this.#scanAgain();
    return (entries[entry] ?? 0) >> NAME_BITS;
  }

  nameStart(entry: number): number {
    if (scanned !== this) this.#scanAgain();
    return (entries[entry] ?? 0) & NAME_MASK;
  }

  valueStart(entry: number): number {
    if (scanned !== this) this.#scanAgain();
    return entries[entry + VALUE_START] ?? 0;
  }

  valueEnd(entry: number): number {
    if (scanned !== this) this.#scanAgain();
    return entries[entry + VALUE_END] ?? 0;
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
    for (let entry = 0; entry < this.#entriesEnd; entry += STRIDE) {
      if (this.nameAt(entry).toLowerCase() === wanted) found.push(this.valueAt(entry));
    }
    return found;
  }

  /** The name of an entry as it was written. */
  nameAt(entry: number): string {
    const start = this.nameStart(entry);
    spell(this.text);
    return this.text.substring(start, skip(start, this.end, TOKEN));
  }
}

/** What `scan` has found beside the entries. */
class Found {
  entriesEnd = 0;
  present = 0;
  repeated = 0;
  end = 0;
  bodyStart = 0;
  problem: string | undefined = undefined;
  folded = false;
}

const found = new Found();
const line = new Line();

/**
 * Finds the header fields from offset `from` on, up to the blank line (RFC 3261 7.3.1). LF alone ends a line
 * too. Lines that are no header field are left out and named in `problem`; the rest is indexed all the same,
 * so that a broken request can still be answered.
 */
export function scanHeaders(text: string, from: number, limits: MessageLimits): HeaderIndex {
  return new HeaderIndex(text, from, limits);
}

function scan(text: string, from: number, limits: MessageLimits): void {
  spell(text);
  const textEnd = text.length;
  const mostEntries = STRIDE * Math.min(limits.headers, MOST);
  let length = 0;
  let present = 0;
  let repeated = 0;
  let problem: string | undefined;
  let folded = false;
  let end = textEnd;
  let bodyStart = textEnd;
  let pos = from;
  line.bareNul = false;
  for (;;) {
    const nameEnd = skip(pos, textEnd, TOKEN);
    const next = line.read(nameEnd, textEnd);
    if (next === -1) {
      problem ??= 'No Blank Line After Header Fields';
      break;
    }
    const lineEnd = line.end;
    if (lineEnd === pos) {
      end = pos;
      bodyStart = next;
      break;
    }
    if (line.strayCr) problem ??= 'Stray CR in Header Field';
    if (lineEnd - pos > limits.line) problem ??= 'Header Line Too Long';
    const colon = skipBlanks(nameEnd, lineEnd);
    if (nameEnd > pos && colon < lineEnd && octets[colon] === COLON) {
      if (length >= mostEntries) {
        problem ??= 'Too Many Header Fields';
      } else {
        const id = headerIdOf(pos, nameEnd);
        const valueStart = skipBlanks(colon + 1, lineEnd);
        entries[length] = (id << NAME_BITS) | pos;
        entries[length + VALUE_START] = valueStart;
        entries[length + VALUE_END] = trimBlanks(valueStart, lineEnd);
        if (id <= LAST_MARKED) {
          const bit = 1 << id;
          if ((present & bit) === 0) first[id] = length;
          repeated |= present & bit;
          present |= bit;
        }
        length += STRIDE;
      }
    } else if (octets[pos] !== SP && octets[pos] !== HTAB) {
      problem ??= 'Header Line Without a Name';
    } else {
      folded = true;
      if (length === 0) problem ??= 'Header Fields Begin With a Folded Line';
      else extendValue(length - STRIDE, pos, lineEnd);
    }
    pos = next;
  }
  if (line.bareNul) problem ??= NUL;
  // What is asked about the entry behind the last is where the header fields end.
  entries[length] = end;
  entries[length + VALUE_START] = end;
  entries[length + VALUE_END] = end;
  found.entriesEnd = length;
  found.present = present;
  found.repeated = repeated;
  found.end = end;
  found.bodyStart = bodyStart;
  found.problem = problem;
  found.folded = folded;
}

/** Takes a continuation line into the value of the last entry. */
function extendValue(last: number, lineStart: number, lineEnd: number): void {
  const from = skipBlanks(lineStart, lineEnd);
  if (from === lineEnd) return;
  if (entries[last + VALUE_START] === entries[last + VALUE_END]) entries[last + VALUE_START] = from;
  entries[last + VALUE_END] = trimBlanks(from, lineEnd);
}

function skipBlanks(from: number, end: number): number {
  let p = from;
  while (p < end && (octets[p] === SP || octets[p] === HTAB)) p += 1;
  return p;
}

function trimBlanks(start: number, end: number): number {
  let p = end;
  while (p > start && (octets[p - 1] === SP || octets[p - 1] === HTAB)) p -= 1;
  return p;
}
