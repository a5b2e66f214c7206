/** A place in a trunk server's spool: the number of the file and the byte behind the last whole line. */
export interface SpoolPosition {
  readonly file: number;
  readonly offset: number;
}
