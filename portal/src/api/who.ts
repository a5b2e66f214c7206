import { ApiError, ask, keepCsrfToken, keptKey } from './client.ts';
import type { Account, Session } from './types.ts';

/** Who is logged in. */
export type Who =
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'owner'; readonly name: string; readonly account: string };

/** Undefined: nobody is. */
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
  return account === null
    ? { kind: 'operator', name: user.email }
    : { kind: 'owner', name: user.email, account: account.id };
}

async function byKey(): Promise<Who> {
  try {
    const account = await ask<Account>('GET', '/account');
    return { kind: 'owner', name: account.name, account: account.id };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { kind: 'operator', name: 'Operator' };
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
