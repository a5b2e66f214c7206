import { DamagedRow } from './json-column.ts';

/** A connection to the database could not be had: whatever is behind it, it is no bug of ours. */
export class NotConnected extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? messageOf(cause) : String(cause), { cause });
    this.name = 'NotConnected';
  }
}

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

/**
 * SQLSTATE classes of PostgreSQL that our statements are not to blame for: 08 connection, 25006 read-only (a standby),
 * 28 authorisation, 3D no such database, 3F no such schema, 40 serialisation and deadlock, 53 resources, 55 locks, 57
 * intervention (shut-down, time-outs), 58 system error, XX internal; and what is not as the migrations left it, because
 * somebody restores a copy or takes rights away: 42501, 42703 (no such column), 42P01 (no such table).
 */
const OUTSIDE_STATES = /^(?:08|28|3D|3F|40|53|55|57|58|XX)|^25006$|^42(?:501|703|P01)$/;

/** What the driver says where no server answers, or where the store has been closed; it gives these no code of their own. */
const NO_SERVER =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout)|not queryable|driver has already been destroyed|Cannot use a pool after/;

/** What the outside can make fail becomes a value; undefined for everything else, which is a bug. */
export function storeFailure(thrown: unknown): StoreUnavailable | undefined {
  if (thrown instanceof DamagedRow) {
    return { kind: 'storeUnavailable', message: `the database is damaged: ${thrown.message}` };
  }
  if (!(thrown instanceof Error)) return undefined;
  if (!isFromOutside(thrown)) return undefined;
  return { kind: 'storeUnavailable', message: `the database does not work: ${messageOf(thrown)}` };
}

/**
 * What a transaction read was removed by another before it could write what refers to it (PostgreSQL, foreign_key_violation).
 * Done again it sees that. SQLite has one writer at a time.
 */
export function wentMeanwhile(thrown: unknown): boolean {
  return thrown instanceof Error && 'severity' in thrown && 'code' in thrown && thrown.code === '23503';
}

/** Where several addresses were tried, each failure stands in an error of its own. */
function messageOf(thrown: Error): string {
  const first: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  return (first instanceof Error ? first : thrown).message;
}

function isFromOutside(thrown: Error): boolean {
  // SQLite: the low byte is the primary code; the rest tells its kinds apart.
  if ('errcode' in thrown && typeof thrown.errcode === 'number') return OUTSIDE.has(thrown.errcode & 0xff);
  if (thrown instanceof NotConnected) return true;
  // TLS broke on a connection that there was.
  if ('code' in thrown && /^ERR_(?:SSL|TLS)_/.test(String(thrown.code))) return true;
  // The system could not connect or lost the connection (ECONNREFUSED, ENOTFOUND, …).
  if ('syscall' in thrown || thrown instanceof AggregateError) return true;
  if ('severity' in thrown && 'code' in thrown && typeof thrown.code === 'string') {
    return OUTSIDE_STATES.test(thrown.code);
  }
  return NO_SERVER.test(thrown.message);
}
