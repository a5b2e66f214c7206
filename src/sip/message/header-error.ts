/** A header field, or one value of it, that does not follow its grammar. */
export interface HeaderError {
  readonly kind: 'malformedHeader';
  /** The name of the header field. */
  readonly header: string;
  /** What was expected, for people. */
  readonly expected: string;
}

export function malformed(header: string, expected: string): HeaderError {
  return { kind: 'malformedHeader', header, expected };
}
