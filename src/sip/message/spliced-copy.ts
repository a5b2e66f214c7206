import type { SipRequest, SipResponse } from './message.ts';

/**
 * A message rewritten for the next hop by splicing its text, from top to bottom: what is not touched leaves byte for
 * byte as it came. Leading line breaks and what is behind the body are cut. Offsets and entries are always those of
 * the message as it came in.
 */
export class SplicedCopy {
  readonly #message: SipRequest | SipResponse;
  /** What has been written. */
  #copy = '';
  /** Up to there the message has been copied, changed or left out. */
  #done: number;

  constructor(message: SipRequest | SipResponse) {
    this.#message = message;
    this.#done = message.start;
  }

  /** `text` stands for text[start, end). To go back up is a bug, and throws. */
  replace(start: number, end: number, text: string): void {
    if (start < this.#done) throw new Error(`${start} has been passed, the copy is at ${this.#done}`);
    this.#copy += start === this.#done ? text : this.#message.text.substring(this.#done, start) + text;
    this.#done = end;
  }

  /**
   * `line` stands for the start line, without its line end; `headers`, whole header lines with CRLF, go above all
   * others.
   */
  replaceTop(line: string, headers: string): void {
    const { text } = this.#message;
    const firstHeader = this.#message.headers.nameStart(0);
    const lineEnd = text.charCodeAt(firstHeader - 2) === 0x0d ? '\r\n' : '\n';
    this.replace(this.#message.start, firstHeader, line + lineEnd + headers);
  }

  /** Another value for a header field; its name and line end stay. */
  replaceValue(entry: number, value: string): void {
    const { headers } = this.#message;
    this.replace(headers.valueStart(entry), headers.valueEnd(entry), value);
  }

  /** Leaves out a header field with all its lines. */
  remove(entry: number): void {
    const { headers } = this.#message;
    this.replace(headers.nameStart(entry), headers.lineEnd(entry), '');
  }

  /** Leaves out the top Via value: the whole line `entry`, or the first of its comma-separated values. */
  removeTopVia(entry: number): void {
    const { headers, text, via } = this.#message;
    const comma = text.indexOf(',', via.end);
    if (comma === -1 || comma >= headers.valueEnd(entry)) this.remove(entry);
    else this.replace(via.start, comma + 1, '');
  }

  /** Writes the rest, with `headers`, whole header lines with CRLF, below all others. Returns the whole copy. */
  finish(headers: string): string {
    const { text, bodyEnd } = this.#message;
    if (headers !== '') this.replace(this.#message.headers.end, this.#message.headers.end, headers);
    return this.#copy + text.substring(this.#done, bodyEnd);
  }
}
