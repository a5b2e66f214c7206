import { timingSafeEqual } from 'node:crypto';
import { ok, type Result } from '../../base/result.ts';
import type { LinkKind } from '../../store/one-time-links.ts';
import type { Transactions } from '../../store/transactions.ts';
import type { Role } from '../../store/users.ts';
import type { Asker } from '../asker.ts';
import type { Answer } from '../control-plane.ts';
import type { IfMatch } from '../edit-tags.ts';
import type { ControlError } from '../errors.ts';
import type { PageRequest } from '../views.ts';
import type { LoginContext } from './context.ts';
import { endLogin } from './end-login.ts';
import { offerSetup, setUp } from './first-operator.ts';
import { type Client, forgetOldTries } from './limits.ts';
import {
  changePassword,
  type FreshLogin,
  IDLE_MS,
  type LoggedIn,
  type LoginInput,
  loggedInBy,
  logIn,
} from './log-in.ts';
import { askReset, invitedBy, useLink } from './one-time-links.ts';
import { hashToken } from './tokens.ts';
import { beginTotp, confirmTotp, disableTotp } from './totp-settings.ts';
import {
  changeUser,
  getUser,
  type Invited,
  inviteAgain,
  inviteUser,
  listUsers,
  mailInvitation,
  removeUser,
  type UserChange,
  type UserOwner,
} from './users.ts';

/** One browser in which the person is logged in. */
export interface LoginView {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly userAgent: string;
  readonly address: string;
}

/** People who log in, and everything that they do about it. */
export class Logins {
  readonly #context: LoginContext;
  readonly #unfinished = new Set<Promise<void>>();

  constructor(context: LoginContext) {
    this.#context = context;
  }

  /** The same within one transaction. */
  within(store: Transactions): Logins {
    return new Logins({ ...this.#context, store });
  }

  /** Whether the browser may send the cookie over HTTPS alone. */
  get secure(): boolean {
    return this.#context.publicUrl.startsWith('https:');
  }

  /** `replaced`: the token that the browser had before; it is void afterwards. */
  logIn(input: LoginInput, client: Client, replaced: string | undefined): Answer<FreshLogin> {
    return logIn(this.#context, input, client, replaced, (work) => this.#afterwards(work));
  }

  by(token: string, client: Client): Answer<LoggedIn | undefined> {
    return loggedInBy(this.#context, token, client);
  }

  isCsrfToken(me: LoggedIn, token: string): boolean {
    return timingSafeEqual(Buffer.from(hashToken(me.csrfToken)), Buffer.from(hashToken(token)));
  }

  logOut(me: LoggedIn, client: Client): Promise<Result<void, ControlError>> {
    return endLogin(this.#context, me, me.login, client);
  }

  async ofUser(me: LoggedIn): Answer<readonly LoginView[]> {
    const now = this.#context.clock.now();
    const found = await this.#context.store.read((tables) => tables.logins.ofUser(me.user));
    if (!found.ok) return found;
    return ok(
      found.value
        .filter(({ expiresAt, lastSeenAt }) => expiresAt > now && lastSeenAt + IDLE_MS > now)
        .map((login) => ({ ...login, current: login.id === me.login })),
    );
  }

  end(me: LoggedIn, id: string, client: Client): Promise<Result<void, ControlError>> {
    return endLogin(this.#context, me, id, client);
  }

  changePassword(
    me: LoggedIn,
    input: { readonly password: string; readonly newPassword: string },
    client: Client,
  ): Answer<FreshLogin> {
    return changePassword(this.#context, me, input, client);
  }

  /** The mail is on its way afterwards, or there is nobody to send it to: the answer does not tell. */
  async askReset(email: string, client: Client): Promise<Result<void, ControlError>> {
    const asked = await askReset(this.#context, email, client);
    if (!asked.ok) return asked;
    this.#await(asked.value.done);
    return ok(undefined);
  }

  /** Does it when the answer that is being made is on its way. */
  #afterwards(work: () => Promise<void>): void {
    this.#await(new Promise((resolve) => setImmediate(resolve)).then(work));
  }

  #await(done: Promise<void>): void {
    this.#unfinished.add(done);
    void done.finally(() => this.#unfinished.delete(done));
  }

  /** Resolves once no mail is on its way, and what nobody waits for is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#unfinished);
  }

  useLink(kind: Exclude<LinkKind, 'setup'>, token: string, password: string, client: Client) {
    return useLink(this.#context, kind, token, password, client);
  }

  invitedBy(token: string) {
    return invitedBy(this.#context, token);
  }

  beginTotp(me: LoggedIn, password: string, client: Client) {
    return beginTotp(this.#context, me, password, client);
  }

  confirmTotp(me: LoggedIn, code: string, client: Client) {
    return confirmTotp(this.#context, me, code, client);
  }

  disableTotp(me: LoggedIn, password: string, client: Client) {
    return disableTotp(this.#context, me, password, client);
  }

  offerSetup() {
    return offerSetup(this.#context);
  }

  setUp(token: string, input: { readonly email: string; readonly password: string }, client: Client) {
    return setUp(this.#context, token, input, client);
  }

  /** Whether invitations and resets go out by mail. */
  get mails(): boolean {
    return this.#context.sendMail !== undefined;
  }

  users(owner: UserOwner, page: PageRequest<string>) {
    return listUsers(this.#context, owner, page);
  }

  invite(asker: Asker, owner: UserOwner, input: { readonly email: string; readonly role: Role }) {
    return inviteUser(this.#context, asker, owner, input);
  }

  mailInvitation(invited: Invited): Promise<boolean> {
    return mailInvitation(this.#context, invited);
  }

  user(owner: UserOwner, id: string) {
    return getUser(this.#context, owner, id);
  }

  inviteAgain(asker: Asker, owner: UserOwner, id: string) {
    return inviteAgain(this.#context, asker, owner, id);
  }

  changeUser(asker: Asker, owner: UserOwner, id: string, change: UserChange, ifMatch?: IfMatch) {
    return changeUser(this.#context, asker, owner, id, change, ifMatch);
  }

  removeUser(asker: Asker, owner: UserOwner, id: string, ifMatch?: IfMatch) {
    return removeUser(this.#context, asker, owner, id, ifMatch);
  }

  /** What has ended by itself. */
  async forgetEnded(): Promise<void> {
    const { store, clock } = this.#context;
    const now = Math.floor(clock.now());
    await store.write<void, never>(async (tables) => {
      await tables.logins.deleteEnded(now, now - IDLE_MS);
      await tables.oneTimeLinks.deleteEnded(now);
      await forgetOldTries(tables, now);
      return ok(undefined);
    });
  }
}
