import { z } from 'zod';
import { ok, type Result } from '../../base/result.ts';
import type { AccountId } from '../../domain/ids.ts';
import type { Repositories } from '../../store/store.ts';
import type { Role, User } from '../../store/users.ts';
import type { Asker } from '../asker.ts';
import { userChanges } from '../audit/differences.ts';
import { authorOf, record, whose } from '../audit/record.ts';
import { refuseReader } from '../context.ts';
import { demandMatch, type IfMatch } from '../edit-tags.ts';
import type { ControlError } from '../errors.ts';
import { conflict, notFound, pageLimit, refused } from '../refusals.ts';
import type { Page, PageRequest } from '../views.ts';
import { aboutPerson } from './audit.ts';
import type { LoginContext } from './context.ts';
import { readEmail } from './log-in.ts';
import { issueLink } from './one-time-links.ts';
import { newLoginId } from './tokens.ts';

/** Whose users: an account's, or the operators. */
export type UserOwner = AccountId | undefined;

export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly secondFactor: boolean;
  /** Has set no password yet. */
  readonly invited: boolean;
  readonly createdAt: number;
}

export interface Invited {
  readonly user: UserView;
  readonly link: string;
  readonly expiresAt: number;
}

export interface UserChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

function viewOf(user: User): UserView {
  return {
    id: user.id,
    email: user.email,
    role: user.role,
    disabled: user.disabled,
    secondFactor: user.totpSecret !== undefined,
    invited: user.passwordHash === undefined,
    createdAt: user.createdAt,
  };
}

export function checkEmail(email: string): Result<void, ControlError> {
  if (email.length <= 254 && z.email().safeParse(email).success) return ok(undefined);
  return refused('email', 'This is not an e-mail address; give one such as jo@example.com.');
}

function checkRole(role: Role, owner: UserOwner): Result<void, ControlError> {
  if ((role === 'operator') === (owner === undefined)) return ok(undefined);
  return owner === undefined
    ? refused('role', 'Here are operators alone; people of an account are at /accounts/{id}/users.')
    : refused('role', 'In an account people are owner or viewer.');
}

/** By e-mail address. */
export async function listUsers(
  { store }: LoginContext,
  owner: UserOwner,
  page: PageRequest<string>,
): Promise<Result<Page<UserView, string>, ControlError>> {
  const limit = pageLimit(page.limit);
  const found = await store.read(async (tables): Promise<Result<Page<UserView, string>, ControlError>> => {
    if (owner !== undefined && (await tables.accounts.get(owner)) === undefined) {
      return notFound('account', owner);
    }
    const users = await tables.users.ofOwner(owner, page.after, limit + 1);
    const entries = users.slice(0, limit).map(viewOf);
    const next = users.length > limit ? entries.at(-1)?.email : undefined;
    return ok(next === undefined ? { entries } : { entries, next });
  });
  return found.ok ? found.value : found;
}

export async function getUser(
  { store }: LoginContext,
  owner: UserOwner,
  id: string,
): Promise<Result<UserView, ControlError>> {
  const found = await store.read((tables) => tables.users.get(id));
  if (!found.ok) return found;
  const user = found.value;
  return user === undefined || user.account !== owner ? notFound('user', id) : ok(viewOf(user));
}

/** Makes a user who has no password yet; the link lets them set one. */
export async function inviteUser(
  { store, clock, publicUrl }: LoginContext,
  asker: Asker,
  owner: UserOwner,
  input: { readonly email: string; readonly role: Role },
): Promise<Result<Invited, ControlError>> {
  const allowed = refuseReader({ asker });
  if (!allowed.ok) return allowed;
  const email = readEmail(input.email);
  const right = checkEmail(email);
  if (!right.ok) return right;
  const role = checkRole(input.role, owner);
  if (!role.ok) return role;
  const now = Math.floor(clock.now());
  return await store.writeInTurn<Invited, ControlError>(async (tables) => {
    if (owner !== undefined && (await tables.accounts.get(owner)) === undefined) {
      return notFound('account', owner);
    }
    if ((await tables.users.byEmail(email)) !== undefined) {
      return conflict('email', 'There is a user with this e-mail already; give another.');
    }
    const id = newLoginId('usr');
    await tables.users.insert({ id, account: owner, email, role: input.role, createdAt: now });
    const user = await tables.users.get(id);
    if (user === undefined) return notFound('user', id);
    const { link, expiresAt } = await issueLink(tables, publicUrl, 'invitation', id, now);
    const changes = userChanges({ before: undefined, after: user });
    await record(tables, authorOf(asker), now, [{ action: 'userInvited', ...whose(owner), changes }]);
    return ok({ user: viewOf(user), link, expiresAt });
  });
}

/** Makes a new link for somebody who has set no password yet; the one from before is void. */
export async function inviteAgain(
  { store, clock, publicUrl }: LoginContext,
  asker: Asker,
  owner: UserOwner,
  id: string,
): Promise<Result<Invited, ControlError>> {
  const allowed = refuseReader({ asker });
  if (!allowed.ok) return allowed;
  const now = Math.floor(clock.now());
  return await store.write<Invited, ControlError>(async (tables) => {
    const user = await tables.users.get(id);
    if (user === undefined || user.account !== owner) return notFound('user', id);
    if (user.passwordHash !== undefined) {
      return conflict(
        'user',
        'This person has set a password already, and can ask for a new one at the log-in page.',
      );
    }
    if (user.disabled) return conflict('user', 'This person is disabled; enable them first.');
    const { link, expiresAt } = await issueLink(tables, publicUrl, 'invitation', id, now);
    await record(tables, authorOf(asker), now, [aboutPerson('userInvitedAgain', user)]);
    return ok({ user: viewOf(user), link, expiresAt });
  });
}

/** False where there is no mail server, or it did not take the mail. */
export async function mailInvitation(
  { log, sendMail }: LoginContext,
  { user, link }: Invited,
): Promise<boolean> {
  const sent = await sendMail?.({
    to: user.email,
    subject: 'You are invited to Throughline',
    text: `You are invited to Throughline.\nThis link sets your password, once, within a week:\n\n${link}\n`,
  });
  if (sent?.ok === false) log('error', 'the mail of an invitation could not be sent', { reason: sent.error });
  return sent?.ok === true;
}

async function another(
  tables: Repositories,
  owner: UserOwner,
  id: string,
  asker: Asker,
  ifMatch: IfMatch | undefined,
): Promise<Result<User, ControlError>> {
  const user = await tables.users.get(id);
  if (user === undefined || user.account !== owner) return notFound('user', id);
  if (asker.by.kind === 'login' && asker.by.user === id) {
    return conflict('id', 'Nobody changes or removes their own login; ask another who may.');
  }
  const fits = demandMatch(ifMatch, { kind: 'user', view: viewOf(user) });
  return fits.ok ? ok(user) : fits;
}

/** A user who is disabled is logged out everywhere. */
export async function changeUser(
  { store, clock }: LoginContext,
  asker: Asker,
  owner: UserOwner,
  id: string,
  change: UserChange,
  ifMatch?: IfMatch,
): Promise<Result<UserView, ControlError>> {
  const allowed = refuseReader({ asker });
  if (!allowed.ok) return allowed;
  return await store.writeInTurn<UserView, ControlError>(async (tables) => {
    const user = await another(tables, owner, id, asker, ifMatch);
    if (!user.ok) return user;
    const role = change.role ?? user.value.role;
    const right = checkRole(role, owner);
    if (!right.ok) return right;
    const disabled = change.disabled ?? user.value.disabled;
    await tables.users.setRole(id, role, disabled);
    if (disabled) await tables.logins.deleteOfUser(id);
    const after = { ...user.value, role, disabled };
    const changes = userChanges({ before: user.value, after });
    const now = Math.floor(clock.now());
    await record(tables, authorOf(asker), now, [{ action: 'userChanged', ...whose(owner), changes }]);
    return ok(viewOf(after));
  });
}

export async function removeUser(
  { store, clock }: LoginContext,
  asker: Asker,
  owner: UserOwner,
  id: string,
  ifMatch?: IfMatch,
): Promise<Result<void, ControlError>> {
  const allowed = refuseReader({ asker });
  if (!allowed.ok) return allowed;
  return await store.writeInTurn<void, ControlError>(async (tables) => {
    const user = await another(tables, owner, id, asker, ifMatch);
    if (!user.ok) return user;
    await tables.users.delete(id);
    const changes = userChanges({ before: user.value, after: undefined });
    const now = Math.floor(clock.now());
    await record(tables, authorOf(asker), now, [{ action: 'userRemoved', ...whose(owner), changes }]);
    return ok(undefined);
  });
}

/** A link with which the user sets a new password; takes the second factor away, too, and ends the logins. */
export async function letIn(
  { store, clock, publicUrl }: Pick<LoginContext, 'store' | 'clock' | 'publicUrl'>,
  emailText: string,
): Promise<Result<{ readonly link: string; readonly expiresAt: number }, ControlError>> {
  const email = readEmail(emailText);
  return await store.write<{ link: string; expiresAt: number }, ControlError>(async (tables) => {
    const user = await tables.users.byEmail(email);
    if (user === undefined) return notFound('user', email);
    await tables.users.setRole(user.id, user.role, false);
    await tables.users.setTotp(user.id, undefined);
    await tables.recoveryCodes.replace(user.id, []);
    await tables.logins.deleteOfUser(user.id);
    await tables.oneTimeLinks.deleteOfUser(user.id);
    const now = Math.floor(clock.now());
    const issued = await issueLink(tables, publicUrl, 'passwordReset', user.id, now);
    await record(tables, { actor: { kind: 'commandLine' } }, now, [aboutPerson('userLetIn', user)]);
    return ok(issued);
  });
}
