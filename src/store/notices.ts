import pg from 'pg';

const CONNECT_TIMEOUT_MS = 3_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** A connection over which nothing comes looks the same whether it works or not, so it is tried this often. */
const TRY_MS = 5_000;

const REVISION = 'throughline_revision';
const QUESTION = 'throughline_question';

/** What a process hears of the others. */
export interface Notices {
  /** This revision is committed. */
  revision(revision: number): void;
  /** Somebody asks a trunk server of some process what it would do with a call. */
  question(): void;
  /** Connected, at first or again: whatever was committed before was not told. */
  connected(): void;
}

/** A connection of its own on which PostgreSQL tells what is committed (LISTEN). It heals itself for ever. */
export class PostgresNotices {
  readonly #url: string;
  readonly #notices: Notices;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retry = FIRST_RETRY_MS;
  #closed = false;

  constructor(url: string, notices: Notices) {
    this.#url = url;
    this.#notices = notices;
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'throughline notices',
    });
    this.#client = client;
    // Whatever goes wrong ends the connection, or fails the next try.
    client.on('error', () => {});
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === REVISION) this.#notices.revision(Number(payload));
      else if (channel === QUESTION) this.#notices.question();
    });
    try {
      await client.connect();
      await client.query(`listen ${REVISION}; listen ${QUESTION}`);
    } catch {
      this.#lost(client);
      return;
    }
    if (client !== this.#client) return;
    this.#retry = FIRST_RETRY_MS;
    this.#notices.connected();
    this.#tryLater(client);
  }

  #tryLater(client: pg.Client): void {
    this.#timer = setTimeout(async () => {
      try {
        await client.query('select 1');
        if (client === this.#client) this.#tryLater(client);
      } catch {
        this.#lost(client);
      }
    }, TRY_MS).unref();
  }

  #lost(client: pg.Client): void {
    if (client !== this.#client || this.#closed) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    void client.end().catch(() => {});
    this.#timer = setTimeout(() => void this.#connect(), this.#retry).unref();
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS);
  }
}
