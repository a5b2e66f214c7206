import { HeaderId } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';

/** A range of the old text and what stands there instead. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Rewrites a message for the next hop by splicing its text: what is not touched leaves byte for byte as it
 * came. Leading line breaks and what is behind the body are cut. Offsets and entries are always those of the
 * message as it came in.
 *
 * An edit takes the place of earlier ones that lie within its range. One that crosses an earlier one, or lies
 * within it, is a bug and throws.
 */
export class MessageEditor {
  readonly #message: SipRequest | SipResponse;
  /** By position. */
  readonly #edits: Edit[] = [];
  #top = '';
  #appended = '';

  constructor(message: SipRequest | SipResponse) {
    this.#message = message;
  }

  /** Replaces the start line; `line` comes without its line end. */
  startLine(line: string): void {
    const { text, start } = this.#message;
    let end = text.indexOf('\n', start);
    if (text.charCodeAt(end - 1) === 0x0d) end -= 1;
    this.replaceRange(start, end, line);
  }

  /** Inserts whole header lines, CRLF included, above all others, those of earlier calls too. */
  top(headerText: string): void {
    this.#top = headerText + this.#top;
  }

  /** Inserts whole header lines, CRLF included, below all others. */
  append(headerText: string): void {
    this.#appended += headerText;
  }

  /** Replaces the value of a header field; its name and line end stay. */
  replaceValue(entry: number, value: string): void {
    const { headers } = this.#message;
    this.replaceRange(headers.valueStart(entry), headers.valueEnd(entry), value);
  }

  /** Takes out a header field with all its lines. */
  remove(entry: number): void {
    const { headers } = this.#message;
    this.replaceRange(headers.nameStart(entry), headers.lineEnd(entry), '');
  }

  /** Takes out every header field of a kind. */
  removeAll(id: HeaderId): void {
    const { headers } = this.#message;
    let entry = headers.find(id);
    while (entry !== -1) {
      this.remove(entry);
      const next = headers.next(entry);
      entry = next === -1 ? -1 : headers.find(id, next);
    }
  }

  /** Takes out the top Via value: the whole line, or the first of its comma-separated values. */
  removeTopVia(): void {
    const { headers, text, via } = this.#message;
    const entry = headers.find(HeaderId.Via);
    const comma = text.indexOf(',', via.end);
    if (comma === -1 || comma >= headers.valueEnd(entry)) this.remove(entry);
    else this.replaceRange(via.start, comma + 1, '');
  }

  replaceRange(start: number, end: number, text: string): void {
    const edits = this.#edits;
    const last = edits[edits.length - 1];
    // Mostly a message is edited from top to bottom.
    if (last === undefined || (last.end <= start && last.start < start)) {
      edits.push({ start, end, text });
      return;
    }
    let at = edits.length;
    while (at > 0 && (edits[at - 1]?.start ?? 0) >= start && (edits[at - 1]?.end ?? 0) > start) at -= 1;
    let within = 0;
    while (liesBefore(edits[at + within], end)) within += 1;
    const before = edits[at - 1];
    const after = edits[at + within];
    if ((before !== undefined && before.end > start) || (after !== undefined && after.start < end)) {
      throw new Error(`edit of ${start}–${end} crosses another one`);
    }
    edits.splice(at, within, { start, end, text });
  }

  /** The rewritten message. */
  toText(): string {
    const { text, headers, start, bodyStart, bodyEnd } = this.#message;
    const firstHeader = headers.nameStart(0);
    let result = '';
    let done = start;
    let topDone = this.#top === '';
    for (const edit of this.#edits) {
      if (!topDone && edit.start >= firstHeader) {
        result += text.substring(done, firstHeader) + this.#top;
        done = firstHeader;
        topDone = true;
      }
      result += text.substring(done, edit.start) + edit.text;
      done = edit.end;
    }
    if (!topDone) {
      result += text.substring(done, firstHeader) + this.#top;
      done = firstHeader;
    }
    if (this.#appended !== '') {
      result += text.substring(done, headers.end) + this.#appended;
      done = headers.end;
    }
    return result + text.substring(Math.min(done, bodyStart), bodyEnd);
  }
}

/** True when the edit ends at `end` or before, and is no insertion right there. */
function liesBefore(edit: Edit | undefined, end: number): boolean {
  return edit !== undefined && edit.end <= end && edit.start < end;
}
