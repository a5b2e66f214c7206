import { err, ok, type Result } from '../../base/result.ts';
import type { StoreUnavailable } from '../../store/failure.ts';
import { userChanges } from '../audit/differences.ts';
import { record } from '../audit/record.ts';
import type { ControlError } from '../errors.ts';
import { conflict } from '../refusals.ts';
import { authorOfPerson } from './audit.ts';
import type { LoginContext } from './context.ts';
import type { Client } from './limits.ts';
import { type FreshLogin, newLogin, readEmail } from './log-in.ts';
import { type IssuedLink, issueLink } from './one-time-links.ts';
import { hashPassword, readPassword } from './passwords.ts';
import { hashToken, newLoginId } from './tokens.ts';
import { checkEmail } from './users.ts';

/** A link that makes the first operator; undefined where an operator can log in already. */
export async function offerSetup({
  store,
  clock,
  publicUrl,
}: LoginContext): Promise<Result<IssuedLink | undefined, StoreUnavailable>> {
  const now = Math.floor(clock.now());
  return await store.write<IssuedLink | undefined, never>(async (tables) => {
    if (await tables.users.hasOperator()) return ok(undefined);
    return ok(await issueLink(tables, publicUrl, 'setup', undefined, now));
  });
}

/** Makes the first operator and logs them in. Every link of the kind is void afterwards. */
export async function setUp(
  context: LoginContext,
  token: string,
  input: { readonly email: string; readonly password: string },
  client: Client,
): Promise<Result<FreshLogin, ControlError>> {
  const now = Math.floor(context.clock.now());
  const { store } = context;
  const hash = hashToken(token);
  const open = await store.read((tables) => tables.oneTimeLinks.open('setup', hash, now));
  if (!open.ok) return open;
  const link = open.value;
  if (link === undefined) return err({ kind: 'linkNotValid' });
  const email = readEmail(input.email);
  const right = checkEmail(email);
  if (!right.ok) return right;
  const password = readPassword(input.password, email, 'password');
  if (!password.ok) return password;
  const hashed = await hashPassword(password.value);
  return await store.writeInTurn<FreshLogin, ControlError>(async (tables) => {
    if (!(await tables.oneTimeLinks.use(link.id, now)) || (await tables.users.hasOperator())) {
      return err({ kind: 'linkNotValid' });
    }
    if ((await tables.users.byEmail(email)) !== undefined) {
      return conflict('email', 'There is a user with this e-mail already; give another.');
    }
    const id = newLoginId('usr');
    await tables.users.insert({ id, email, role: 'operator', createdAt: now });
    await tables.users.setPassword(id, hashed);
    await tables.oneTimeLinks.deleteOfKind('setup');
    const user = await tables.users.get(id);
    if (user === undefined) return err({ kind: 'linkNotValid' });
    const fresh = await newLogin(context, tables, user, client, now);
    const changes = userChanges({ before: undefined, after: user });
    const made = { action: 'firstOperatorMade', changes } as const;
    await record(tables, authorOfPerson(user, client.address), now, [made]);
    return ok(fresh);
  });
}
