import { ok, type Result } from '../../base/result.ts';
import { record } from '../audit/record.ts';
import type { ControlError } from '../errors.ts';
import { notFound } from '../refusals.ts';
import { aboutLogin, authorOfPerson, personOf } from './audit.ts';
import type { LoginContext } from './context.ts';
import type { Client } from './limits.ts';
import type { LoggedIn } from './log-in.ts';

/** Ends one login of the person, the one that asks or another. */
export async function endLogin(
  { store, clock }: LoginContext,
  me: LoggedIn,
  id: string,
  { address }: Client,
): Promise<Result<void, ControlError>> {
  return await store.write<void, ControlError>(async (tables) => {
    const login = (await tables.logins.ofUser(me.user)).find((one) => one.id === id);
    if (login === undefined || !(await tables.logins.delete(me.user, id))) return notFound('login', id);
    const person = personOf(me);
    const action = id === me.login ? 'loggedOut' : 'loginEnded';
    const ended = aboutLogin(action, person, login, true);
    await record(tables, authorOfPerson(person, address), Math.floor(clock.now()), [ended]);
    return ok(undefined);
  });
}
