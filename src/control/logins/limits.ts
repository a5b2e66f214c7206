import { err, ok, type Result } from '../../base/result.ts';
import { formatAddressRange, parseAddressRange } from '../../domain/address-policy.ts';
import type { Repositories } from '../../store/store.ts';
import type { ControlError } from '../errors.ts';
import type { LoginContext } from './context.ts';
import { newLoginId } from './tokens.ts';

const WINDOW_MS = 15 * 60_000;
const MOST = { login: { email: 5, address: 20 }, passwordReset: { email: 3, address: 20 } } as const;

/** What counts as one address: of IPv6 a whole /64, because whoever has one address there has them all. */
function networkOf(address: string): string {
  const one = parseAddressRange(address);
  return one?.network.kind() === 'ipv6' ? formatAddressRange({ ...one, bits: 64 }) : address;
}

/** Where a request came from. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

/** One counted try: taken back where it was no failure. */
export interface Try {
  readonly id: string;
}

/**
 * Counts a try before it is looked at, so that many at once are counted too. Refused where the e-mail or the
 * address has had its share of the last 15 minutes; such a try does not count, so that the wait has an end.
 */
export async function countTry(
  { store, clock }: LoginContext,
  kind: keyof typeof MOST,
  email: string,
  client: Client,
): Promise<Result<Try, ControlError>> {
  const now = Math.floor(clock.now());
  const address = networkOf(client.address);
  return await store.writeInTurn<Try, ControlError>(async (tables) => {
    const most = MOST[kind];
    const since = now - WINDOW_MS;
    const waits = [
      waitOf(await tables.failedLogins.times(kind, { email }, since, now, most.email), most.email, now),
      waitOf(await tables.failedLogins.times(kind, { address }, since, now, most.address), most.address, now),
    ];
    const wait = Math.max(...waits);
    if (wait > 0) return err({ kind: 'tooManyTries', retryAfter: Math.ceil(wait / 1_000) });
    const id = newLoginId('try');
    await tables.failedLogins.insert(id, kind, email, address, now);
    return ok({ id });
  });
}

/** Milliseconds until the oldest of `most` tries is outside the window. */
function waitOf(times: readonly number[], most: number, now: number): number {
  const oldest = times[most - 1];
  return oldest === undefined ? 0 : Math.max(oldest + WINDOW_MS - now, 1);
}

/** The person is who they say: what stood against their e-mail is forgotten. */
export async function forgetTries(tables: Repositories, email: string, { id }: Try): Promise<void> {
  await tables.failedLogins.deleteOfEmail('login', email);
  await tables.failedLogins.delete(id);
}

export async function forgetOldTries(tables: Repositories, now: number): Promise<void> {
  await tables.failedLogins.deleteBefore(now - WINDOW_MS);
}
