import { ok, type Result } from '../../base/result.ts';
import type { ControlError } from '../errors.ts';
import { conflict, refused } from '../refusals.ts';
import type { LoginContext } from './context.ts';
import type { Client } from './limits.ts';
import { confirmPassword, type FreshLogin, type LoggedIn, recordOwn, rotate } from './log-in.ts';
import { hashRecoveryCode, newRecoveryCodes, newTotp, stepOf } from './second-factor.ts';

/** What an authenticator app needs. */
export interface ProposedTotp {
  /** Base 32. */
  readonly secret: string;
  /** `otpauth://totp/…`, for a QR code. */
  readonly uri: string;
}

export interface ConfirmedTotp extends FreshLogin {
  /** Shown this once. */
  readonly recoveryCodes: readonly string[];
}

const ON_ALREADY = 'The second factor is on; turn it off first to set up another.';

/** Proposes a secret; nothing is asked for at log in before it is confirmed. */
export async function beginTotp(
  context: LoginContext,
  me: LoggedIn,
  password: string,
  client: Client,
): Promise<Result<ProposedTotp, ControlError>> {
  const confirmed = await confirmPassword(context, me, password, client);
  if (!confirmed.ok) return confirmed;
  const proposed = newTotp(me.email);
  return await context.store.write<ProposedTotp, ControlError>(async (tables) => {
    const user = await tables.users.get(me.user);
    if (user?.totpSecret !== undefined) return conflict('secondFactor', ON_ALREADY);
    await tables.users.proposeTotp(me.user, proposed.secret);
    return ok(proposed);
  });
}

/** From now on log in asks for a code. The other logins of the person end. */
export async function confirmTotp(
  context: LoginContext,
  me: LoggedIn,
  code: string,
  client: Client,
): Promise<Result<ConfirmedTotp, ControlError>> {
  const now = Math.floor(context.clock.now());
  const recoveryCodes = newRecoveryCodes();
  return await context.store.write<ConfirmedTotp, ControlError>(async (tables) => {
    const user = await tables.users.get(me.user);
    if (user?.totpSecret !== undefined) return conflict('secondFactor', ON_ALREADY);
    if (user?.totpProposed === undefined) {
      return conflict('secondFactor', 'There is no secret to confirm; begin with POST /second-factor.');
    }
    const step = stepOf(user.totpProposed, user.email, code.replace(/\s/g, ''), now);
    if (step === undefined) {
      return refused(
        'code',
        'This is not the code that the app shows now; is the clock of the device right?',
      );
    }
    await tables.users.setTotp(me.user, user.totpProposed);
    await tables.users.takeTotpStep(me.user, step);
    await tables.recoveryCodes.replace(me.user, recoveryCodes.map(hashRecoveryCode));
    await tables.logins.deleteOfUser(me.user, me.login);
    const fresh = await rotate(context, tables, me);
    if (fresh.ok) await recordOwn(context, tables, 'secondFactorTurnedOn', me, client);
    return fresh.ok ? ok({ ...fresh.value, recoveryCodes }) : fresh;
  });
}

/** Needs the password, so that an open browser alone cannot take the second factor away. */
export async function disableTotp(
  context: LoginContext,
  me: LoggedIn,
  password: string,
  client: Client,
): Promise<Result<FreshLogin, ControlError>> {
  const confirmed = await confirmPassword(context, me, password, client);
  if (!confirmed.ok) return confirmed;
  return await context.store.write<FreshLogin, ControlError>(async (tables) => {
    const user = await tables.users.get(me.user);
    if (user?.totpSecret === undefined) return conflict('secondFactor', 'The second factor is off already.');
    await tables.users.setTotp(me.user, undefined);
    await tables.recoveryCodes.replace(me.user, []);
    await tables.logins.deleteOfUser(me.user, me.login);
    const fresh = await rotate(context, tables, me);
    if (fresh.ok) await recordOwn(context, tables, 'secondFactorTurnedOff', me, client);
    return fresh;
  });
}
