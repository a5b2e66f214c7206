import { IN_LINE } from '../uri/characters.ts';
import { OCTETS, skip } from '../uri/octets.ts';

const CR = 0x0d;
const LF = 0x0a;
const BACKSLASH = 0x5c;

const octets = OCTETS;

/** One line of a message, found by `read` in the text that is spelled. There is one for all messages. */
export class Line {
  /** Where its line end begins, CRLF or LF alone. */
  end = 0;
  /** RFC 2543 let a CR alone end a line, so the next hop might see header fields where we see none. */
  strayCr = false;
  /**
   * A NUL ends the text for receivers written in C: they would see another message than we do. Only as a quoted-pair
   * is it grammatical (RFC 3261 25.1). Stays true until it is set back.
   */
  bareNul = false;

  /** Reads the rest of a line, from `from` on. Returns where the next line begins, or -1 without a line end before `end`. */
  read(from: number, end: number): number {
    this.strayCr = false;
    const p = skip(from, end, IN_LINE);
    this.end = p;
    if (octets[p] === CR && octets[p + 1] === LF) return p + 2;
    return octets[p] === LF && p < end ? p + 1 : this.#readOn(p, end);
  }

  #readOn(from: number, end: number): number {
    let p = from;
    while (p < end) {
      const octet = octets[p];
      if (octet === LF) {
        this.end = p;
        return p + 1;
      }
      if (octet === CR) {
        if (p + 1 < end && octets[p + 1] === LF) {
          this.end = p;
          return p + 2;
        }
        this.strayCr = true;
      } else if (p === 0 || octets[p - 1] !== BACKSLASH) {
        this.bareNul = true;
      }
      p = skip(p + 1, end, IN_LINE);
    }
    return -1;
  }
}
