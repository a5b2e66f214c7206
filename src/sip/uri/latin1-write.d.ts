interface Buffer {
  /** What `write(text, offset, length, 'latin1')` calls when it has looked at its arguments, left out in @types/node. */
  latin1Write(text: string, offset: number, length: number): number;
  /** What `toString('latin1', start, end)` calls. */
  latin1Slice(start: number, end: number): string;
}
