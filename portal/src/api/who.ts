import { ApiError, ask, keepCsrfToken, keptKey } from './client.ts';
import type { Account, Session } from './types.ts';

/** Who is logged in, and how: a person by a login, or whoever has a key. */
export type Who = {
  readonly name: string;
  readonly by: 'login' | 'key';
  /** A viewer only looks. What a key may do, the API says when it is asked. */
  readonly mayChange: boolean;
} & ({ readonly kind: 'operator' } | { readonly kind: 'owner'; readonly account: string });

/** Null: nobody is. */
export async function whoIsThere(): Promise<Who | null> {
  try {
    return keptKey.get() === null ? await byCookie() : await byKey();
  } catch (error) {
    if (error instanceof ApiError && [401, 404].includes(error.status)) {
      keptKey.forget();
      return null;
    }
    throw error;
  }
}

async function byCookie(): Promise<Who> {
  return whoIn(await ask<Session>('GET', '/session'));
}

function whoIn(session: Session): Who {
  keepCsrfToken(session.csrfToken);
  const { user, account } = session;
  const who = { name: user.email, by: 'login', mayChange: user.role !== 'viewer' } as const;
  return account === null ? { kind: 'operator', ...who } : { kind: 'owner', account: account.id, ...who };
}

async function byKey(): Promise<Who> {
  try {
    const { id, name } = await ask<Account>('GET', '/account');
    return { kind: 'owner', name, account: id, by: 'key', mayChange: true };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      return { kind: 'operator', name: 'Operator', by: 'key', mayChange: true };
    }
    throw error;
  }
}

export async function logInWithPassword(email: string, password: string, code: string): Promise<void> {
  keptKey.forget();
  whoIn(await ask<Session>('POST', '/session', { email, password, ...(code === '' ? {} : { code }) }));
}

export async function logOut(): Promise<void> {
  const byCookieLogin = keptKey.get() === null;
  keptKey.forget();
  if (byCookieLogin) await ask('DELETE', '/session');
  keepCsrfToken(undefined);
}
