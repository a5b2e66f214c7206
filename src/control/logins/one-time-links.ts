import { err, ok, type Result } from '../../base/result.ts';
import type { LinkKind } from '../../store/one-time-links.ts';
import type { Repositories } from '../../store/store.ts';
import type { Role, User } from '../../store/users.ts';
import { record } from '../audit/record.ts';
import type { ControlError } from '../errors.ts';
import { aboutPerson, authorOfPerson } from './audit.ts';
import type { LoginContext } from './context.ts';
import { type Client, countTry } from './limits.ts';
import { readEmail } from './log-in.ts';
import { hashPassword, readPassword } from './passwords.ts';
import { hashToken, newLoginId, newToken } from './tokens.ts';

const VALID_MS: Record<LinkKind, number> = {
  invitation: 7 * 24 * 3_600_000,
  passwordReset: 3_600_000,
  setup: 7 * 24 * 3_600_000,
};
const PATH: Record<LinkKind, string> = {
  invitation: 'invitations',
  passwordReset: 'password-resets',
  setup: 'setup',
};

export interface IssuedLink {
  readonly id: string;
  readonly link: string;
  readonly expiresAt: number;
}

/**
 * A link for the user; an earlier invitation is void. Earlier password resets are not, because anybody may ask for another
 * one, and could keep the person out by it.
 */
export async function issueLink(
  tables: Repositories,
  publicUrl: string,
  kind: LinkKind,
  user: string | undefined,
  now: number,
): Promise<IssuedLink> {
  const token = newToken();
  const id = newLoginId('lnk');
  const expiresAt = now + VALID_MS[kind];
  if (user !== undefined && kind !== 'passwordReset') await tables.oneTimeLinks.deleteOfUser(user, kind);
  await tables.oneTimeLinks.insert({
    id,
    kind,
    tokenHash: hashToken(token),
    user,
    createdAt: now,
    expiresAt,
  });
  return { id, link: `${publicUrl}/${PATH[kind]}/${token}`, expiresAt };
}

/** Sets the password of the user for whom the link is. Every login that the user had before ends. */
export async function useLink(
  { store, clock }: LoginContext,
  kind: LinkKind,
  token: string,
  password: string,
  { address }: Client,
): Promise<Result<{ readonly email: string }, ControlError>> {
  const now = Math.floor(clock.now());
  const found = await store.read(async (tables) => {
    const link = await tables.oneTimeLinks.open(kind, hashToken(token), now);
    const user = link?.user === undefined ? undefined : await tables.users.get(link.user);
    return { link, user };
  });
  if (!found.ok) return found;
  const { link, user } = found.value;
  if (link === undefined || user === undefined || user.disabled) return err({ kind: 'linkNotValid' });
  const read = readPassword(password, user.email, 'password');
  if (!read.ok) return read;
  const hashed = await hashPassword(read.value);
  return await store.write<{ email: string }, ControlError>(async (tables) => {
    if (!(await tables.oneTimeLinks.use(link.id, now))) return err({ kind: 'linkNotValid' });
    await tables.users.setPassword(user.id, hashed);
    // Whoever found an older link in an old mail must not set another one.
    await tables.oneTimeLinks.deleteOfUser(user.id);
    await tables.logins.deleteOfUser(user.id);
    await tables.failedLogins.deleteOfEmail('login', user.email);
    const action = kind === 'invitation' ? 'invitationAccepted' : 'passwordReset';
    await record(tables, authorOfPerson(user, address), now, [aboutPerson(action, user)]);
    return ok({ email: user.email });
  });
}

/**
 * Counts what was asked for, and sends the mail afterwards: nobody may wait for `done`, because the time would
 * tell who has a login.
 */
export async function askReset(
  context: LoginContext,
  emailText: string,
  client: Client,
): Promise<Result<{ readonly done: Promise<void> }, ControlError>> {
  const email = readEmail(emailText);
  const counted = await countTry(context, 'passwordReset', email, client);
  return counted.ok ? ok({ done: sendReset(context, email) }) : counted;
}

async function sendReset(context: LoginContext, email: string): Promise<void> {
  const { store, clock, log, sendMail, publicUrl } = context;
  if (sendMail === undefined) {
    log('warn', 'a password reset was asked for, but the settings name no mail server (mail.server)', {});
    return;
  }
  const now = Math.floor(clock.now());
  const issued = await store.write<IssuedLink | undefined, ControlError>(async (tables) => {
    const user = await tables.users.byEmail(email);
    if (!mayReset(user)) return ok(undefined);
    return ok(await issueLink(tables, publicUrl, 'passwordReset', user.id, now));
  });
  if (!issued.ok) return log('error', 'a password reset could not be made', { reason: issued.error.kind });
  if (issued.value === undefined) return;
  const sent = await sendMail({
    to: email,
    subject: 'Set a new password for Throughline',
    text: [
      'Someone, probably you, asked to set a new password for Throughline.',
      'This link does it, once, within an hour:',
      '',
      issued.value.link,
      '',
      'If it was not you, there is nothing to do: the password stays as it is.',
      '',
    ].join('\n'),
  });
  if (!sent.ok) log('error', 'the mail for a password reset could not be sent', { reason: sent.error });
}

/** An invited person who has no password yet has the invitation for that. */
function mayReset(user: User | undefined): user is User {
  return user !== undefined && !user.disabled && user.passwordHash !== undefined;
}

/** For whom an invitation is that can still be used. */
export async function invitedBy(
  { store, clock }: LoginContext,
  token: string,
): Promise<Result<{ readonly email: string; readonly role: Role }, ControlError>> {
  const found = await store.read(async (tables) => {
    const link = await tables.oneTimeLinks.open('invitation', hashToken(token), Math.floor(clock.now()));
    return link?.user === undefined ? undefined : await tables.users.get(link.user);
  });
  if (!found.ok) return found;
  const user = found.value;
  if (user === undefined || user.disabled) return err({ kind: 'linkNotValid' });
  return ok({ email: user.email, role: user.role });
}
