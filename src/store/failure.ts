import { DamagedRow } from './json-column.ts';

/** The database cannot be reached, read or written just now. */
export interface StoreUnavailable {
  readonly kind: 'storeUnavailable';
  readonly message: string;
}

/**
 * SQLite's primary result codes that the machine is to blame for and not our statements: BUSY, LOCKED, NOMEM,
 * READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
 */
const OUTSIDE = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26]);

/** What the outside can make fail becomes a value; undefined for everything else, which is a bug. */
export function storeFailure(thrown: unknown): StoreUnavailable | undefined {
  if (thrown instanceof DamagedRow) {
    return { kind: 'storeUnavailable', message: `the database is damaged: ${thrown.message}` };
  }
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  // The low byte is the primary code; the rest tells its kinds apart.
  if (!OUTSIDE.has(thrown.errcode & 0xff)) return undefined;
  return { kind: 'storeUnavailable', message: `the database does not work: ${thrown.message}` };
}
