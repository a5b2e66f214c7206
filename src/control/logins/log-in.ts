import { err, ok, type Result } from '../../base/result.ts';
import type { AuditAction } from '../../domain/audit.ts';
import type { AccountId } from '../../domain/ids.ts';
import type { Login } from '../../store/logins.ts';
import type { Repositories } from '../../store/store.ts';
import type { Role, User } from '../../store/users.ts';
import type { Asker } from '../asker.ts';
import { record } from '../audit/record.ts';
import type { ControlError } from '../errors.ts';
import { refused } from '../refusals.ts';
import { aboutLogin, aboutPerson, authorOfPerson, personOf } from './audit.ts';
import type { LoginContext } from './context.ts';
import { type Client, countTry, forgetTries } from './limits.ts';
import { hashPassword, isPassword, readPassword } from './passwords.ts';
import { takeCode } from './second-factor.ts';
import { csrfTokenOf, hashToken, newLoginId, newToken } from './tokens.ts';

export const IDLE_MS = 12 * 3_600_000;
/** The longest that a login lasts, in milliseconds. */
export const LIFETIME_MS = 30 * 24 * 3_600_000;
/** A login that is in use is not written at each request. */
const SEEN_EVERY_MS = 60_000;
const LONGEST_USER_AGENT = 300;

/** Someone who is logged in. */
export interface LoggedIn {
  readonly login: string;
  readonly user: string;
  readonly email: string;
  readonly role: Role;
  readonly account: { readonly id: AccountId; readonly name: string } | undefined;
  /** Whether log in asks for a code. */
  readonly secondFactor: boolean;
  readonly csrfToken: string;
}

/** A login whose token is new: the cookie has to be set. */
export interface FreshLogin {
  readonly token: string;
  readonly loggedIn: LoggedIn;
}

export interface LoginInput {
  readonly email: string;
  readonly password: string;
  /** Of the authenticator, or a recovery code. */
  readonly code?: string | undefined;
}

/** Who a login lets ask, and for what. */
export function askerOfLogin({ user, email, role, account }: LoggedIn, address: string): Asker | undefined {
  const by = { kind: 'login', user, email } as const;
  if (role === 'operator') return { scope: { kind: 'operator' }, access: 'write', by, address };
  if (account === undefined) return undefined;
  const access = role === 'viewer' ? 'read' : 'write';
  return { scope: { kind: 'account', account: account.id }, access, by, address };
}

/** E-mail addresses are told apart without case. */
export function readEmail(text: string): string {
  // PostgreSQL takes neither NUL nor half a pair of surrogates.
  return text.replaceAll('\u0000', '').toWellFormed().trim().toLowerCase();
}

/**
 * The same refusal whether the user is unknown, disabled, without password, or the password is wrong. `afterwards`: does
 * something when the answer is on its way, because the time that it takes would tell whether there is such a user.
 */
export async function logIn(
  context: LoginContext,
  input: LoginInput,
  client: Client,
  replaced: string | undefined,
  afterwards: (work: () => Promise<void>) => void,
): Promise<Result<FreshLogin, ControlError>> {
  const email = readEmail(input.email);
  const counted = await countTry(context, 'login', email, client);
  if (!counted.ok) return counted;
  const found = await context.store.read((tables) => tables.users.byEmail(email));
  if (!found.ok) return found;
  const known = found.value?.disabled === true ? undefined : found.value;
  const named = found.value;
  const refusedTo = (reason: 'password' | 'codeNeeded' | 'code'): Result<never, ControlError> => {
    // The first half of a log in with a second factor has not failed.
    if (named !== undefined && reason !== 'codeNeeded') {
      afterwards(() => recordFailure(context, named, client));
    }
    return err({ kind: 'loginRefused', reason });
  };
  const right = await isPassword(input.password, known?.passwordHash);
  if (!right || known === undefined) return refusedTo('password');
  const now = Math.floor(context.clock.now());
  return await context.store.writeInTurn<FreshLogin, ControlError>(async (tables) => {
    const user = await tables.users.get(known.id);
    // The password was changed, or the user disabled, while it was looked at.
    if (user === undefined || user.disabled || user.passwordHash !== known.passwordHash) {
      return refusedTo('password');
    }
    if (user.totpSecret !== undefined) {
      if (input.code === undefined || input.code.trim() === '') {
        return refusedTo('codeNeeded');
      }
      if (!(await takeCode(tables, user, input.code, now))) return refusedTo('code');
    }
    await forgetTries(tables, email, counted.value);
    if (replaced !== undefined) await tables.logins.deleteByToken(hashToken(replaced));
    const fresh = await newLogin(context, tables, user, client, now);
    const login = { id: fresh.loggedIn.login, address: client.address, userAgent: shownAgent(client) };
    const made = aboutLogin('loggedIn', user, login, false);
    await record(tables, authorOfPerson(user, client.address), now, [made]);
    return ok(fresh);
  });
}

/** Only of e-mails that are somebody's: strangers make up as many others as they like, and people type passwords there. */
async function recordFailure(
  { store, clock, log }: LoginContext,
  user: User,
  { address }: Client,
): Promise<void> {
  const written = await store.write<void, never>(async (tables) => {
    const author = { actor: { kind: 'unknown' }, address } as const;
    await record(tables, author, Math.floor(clock.now()), [aboutPerson('logInFailed', user)]);
    return ok(undefined);
  });
  if (!written.ok) log('warn', 'a failed log-in is not in the audit log', { reason: written.error.message });
}

/** Logs the user in, whose right to it was seen before. */
export async function newLogin(
  { csrfKey }: LoginContext,
  tables: Repositories,
  user: User,
  client: Client,
  now: number,
): Promise<FreshLogin> {
  const token = newToken();
  const login: Login = {
    id: newLoginId('lgn'),
    tokenHash: hashToken(token),
    user: user.id,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + LIFETIME_MS,
    userAgent: shownAgent(client),
    address: client.address,
  };
  await tables.logins.insert(login);
  return { token, loggedIn: await loggedInFrom(csrfKey, tables, login.id, user) };
}

function shownAgent({ userAgent }: Client): string {
  return userAgent.slice(0, LONGEST_USER_AGENT).toWellFormed();
}

async function loggedInFrom(
  csrfKey: string,
  tables: Repositories,
  login: string,
  user: User,
): Promise<LoggedIn> {
  const account = user.account === undefined ? undefined : await tables.accounts.get(user.account);
  return {
    login,
    user: user.id,
    email: user.email,
    role: user.role,
    account: account === undefined ? undefined : { id: account.account.id, name: account.account.name },
    secondFactor: user.totpSecret !== undefined,
    csrfToken: csrfTokenOf(csrfKey, login),
  };
}

/** Who has this token; undefined where nobody has, or the login has ended. Using it keeps it from going idle. */
export async function loggedInBy(
  { store, clock, csrfKey }: LoginContext,
  token: string,
  client: Client,
): Promise<Result<LoggedIn | undefined, ControlError>> {
  const now = Math.floor(clock.now());
  const found = await store.read(async (tables) => {
    const login = await tables.logins.byToken(hashToken(token));
    const user = login === undefined ? undefined : await tables.users.get(login.user);
    if (login === undefined || user === undefined || user.disabled) return undefined;
    return { login, loggedIn: await loggedInFrom(csrfKey, tables, login.id, user) };
  });
  if (!found.ok) return found;
  if (found.value === undefined) return ok(undefined);
  const { login, loggedIn } = found.value;
  if (login.expiresAt <= now || login.lastSeenAt + IDLE_MS <= now) return ok(undefined);
  if (login.lastSeenAt + SEEN_EVERY_MS <= now) {
    // Where it cannot be written, because the disk is full, the next request tries again: reading goes on meanwhile.
    await store.write<void, never>(async (tables) => {
      await tables.logins.seen(login.id, now, client.address);
      return ok(undefined);
    });
  }
  return ok(loggedIn);
}

/** Gives the login a new token, so that one that leaked before is worth nothing. */
export async function rotate(
  { csrfKey }: LoginContext,
  tables: Repositories,
  { login, user: id }: LoggedIn,
): Promise<Result<FreshLogin, ControlError>> {
  const user = await tables.users.get(id);
  if (user === undefined) return err({ kind: 'loginRefused', reason: 'password' });
  const token = newToken();
  await tables.logins.setToken(login, hashToken(token));
  return ok({ token, loggedIn: await loggedInFrom(csrfKey, tables, login, user) });
}

/** Writes what someone did to the own way in. */
export async function recordOwn(
  { clock }: LoginContext,
  tables: Repositories,
  action: AuditAction,
  me: LoggedIn,
  { address }: Client,
): Promise<void> {
  const person = personOf(me);
  const author = authorOfPerson(person, address);
  await record(tables, author, Math.floor(clock.now()), [aboutPerson(action, person)]);
}

/** Checks the password of someone who is logged in; failures count as at log in. */
export async function confirmPassword(
  context: LoginContext,
  me: LoggedIn,
  password: string,
  client: Client,
): Promise<Result<User, ControlError>> {
  const counted = await countTry(context, 'login', me.email, client);
  if (!counted.ok) return counted;
  const found = await context.store.read((tables) => tables.users.get(me.user));
  if (!found.ok) return found;
  const user = found.value;
  const right = await isPassword(password, user?.passwordHash);
  if (!right || user === undefined) return refused('password', 'This is not your password.');
  const forgotten = await context.store.write<void, never>(async (tables) => {
    await tables.failedLogins.delete(counted.value.id);
    return ok(undefined);
  });
  return forgotten.ok ? ok(user) : forgotten;
}

/** The other logins of the person end, and this one gets a new token. */
export async function changePassword(
  context: LoginContext,
  me: LoggedIn,
  input: { readonly password: string; readonly newPassword: string },
  client: Client,
): Promise<Result<FreshLogin, ControlError>> {
  const chosen = readPassword(input.newPassword, me.email, 'newPassword');
  if (!chosen.ok) return chosen;
  const confirmed = await confirmPassword(context, me, input.password, client);
  if (!confirmed.ok) return confirmed;
  const hashed = await hashPassword(chosen.value);
  return await context.store.write<FreshLogin, ControlError>(async (tables) => {
    await tables.users.setPassword(me.user, hashed);
    await tables.logins.deleteOfUser(me.user, me.login);
    await tables.oneTimeLinks.deleteOfUser(me.user, 'passwordReset');
    const fresh = await rotate(context, tables, me);
    if (fresh.ok) await recordOwn(context, tables, 'passwordChanged', me, client);
    return fresh;
  });
}
