import type { AuditAction, AuditRecord } from '../../domain/audit.ts';
import type { User } from '../../store/users.ts';
import { type Author, whose } from '../audit/record.ts';
import type { LoggedIn } from './log-in.ts';

type Person = Pick<User, 'id' | 'email' | 'account'>;

/** The person of a login. */
export function personOf({ user, email, account }: LoggedIn): Person {
  return { id: user, email, account: account?.id };
}

/** A person who showed who they are: by a password, a link of ours, or a login. */
export function authorOfPerson({ id, email, account }: Person, address: string): Author {
  return { actor: { kind: 'login', id, name: email, ...whose(account) }, address };
}

/** What happened to someone's way in, where nothing of it may be shown. */
export function aboutPerson(action: AuditAction, { id, email, account }: Person): AuditRecord {
  const change = { what: 'user', ids: [id], count: 1, name: email, before: {}, after: {} } as const;
  return { action, ...whose(account), changes: [change] };
}

/** Where someone is logged in now, or is no longer. */
export function aboutLogin(
  action: AuditAction,
  { email, account }: Person,
  { id, userAgent, address }: { readonly id: string; readonly userAgent: string; readonly address: string },
  gone: boolean,
): AuditRecord {
  const state = { userAgent, address };
  const [before, after] = gone ? [state, null] : [null, state];
  return {
    action,
    ...whose(account),
    changes: [{ what: 'login', ids: [id], count: 1, name: email, before, after }],
  };
}
