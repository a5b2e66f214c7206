import { z } from 'zod';
import type { LoggedIn } from '../../control/logins/log-in.ts';
import type { LoginView } from '../../control/logins/logins.ts';
import type { Invited, UserView } from '../../control/logins/users.ts';
import { accountIdText, pageLimit, pageOf, time, toTime } from './common.ts';

const email = z.string().min(3).max(320).meta({ example: 'jo@example.com' });
const password = z.string().min(1).max(1_000);
const newPassword = password.meta({ description: '12 to 200 characters, and none of the commonest.' });
const code = z.string().max(100).meta({ description: 'Of the authenticator app, or a recovery code.' });
const role = z.enum(['operator', 'owner', 'viewer']);
const idText = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const logInInput = z.strictObject({ email, password, code: code.optional() });
export const passwordChange = z.strictObject({ password, newPassword });
export const resetInput = z.strictObject({ email });
export const chosenPassword = z.strictObject({ password: newPassword });
export const ownPassword = z.strictObject({ password });
export const setUpInput = z.strictObject({ email, password: newPassword });
export const codeInput = z.strictObject({ code });
export const userInput = z.strictObject({ email, role });
export const userChange = z.strictObject({ role: role.optional(), disabled: z.boolean().optional() });
export const tokenParams = z.strictObject({ token: z.string().min(1).max(100) });
export const loginParams = z.strictObject({ id: idText });
export const userParams = z.strictObject({ user: idText });
export const accountUserParams = z.strictObject({ id: accountIdText, user: idText });
export const nothing = z.null().meta({ description: 'Done; there is nothing to say.' });

export const session = z
  .strictObject({
    user: z.strictObject({ id: z.string(), email: z.string(), role, secondFactor: z.boolean() }),
    account: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
    csrfToken: z.string().meta({ description: 'Every change goes with it in the header x-csrf-token.' }),
  })
  .meta({ id: 'Session' });

export const sessionList = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string(),
      current: z.boolean().meta({ description: 'Whether it is the login that asks.' }),
      createdAt: time,
      lastSeenAt: time,
      userAgent: z.string(),
      address: z.string(),
    }),
  ),
});

export const invitation = z.strictObject({ email: z.string(), role });
export const proposedFactor = z.strictObject({
  secret: z.string().meta({ description: 'Base 32, for typing it.' }),
  otpauthUri: z.string().meta({ description: 'For a QR code.' }),
});
export const recoveryCodes = z.strictObject({
  recoveryCodes: z
    .array(z.string())
    .meta({ description: 'Each stands in for the app once. Shown only here.' }),
});

export const user = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    role,
    disabled: z.boolean(),
    secondFactor: z.boolean(),
    invited: z.boolean().meta({ description: 'Has not set a password yet.' }),
    createdAt: time,
  })
  .meta({ id: 'User' });
/** People are paged by their e-mail address. */
export const userQuery = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(320)
    .optional()
    .meta({ description: 'Return what comes after this: the `next` of the page before.' }),
  limit: pageLimit,
});
export const userPage = pageOf(user);
export const userInvited = z.strictObject({
  user,
  invitation: z.strictObject({
    link: z.string().meta({ description: 'Sets the password, once. Shown only here.' }),
    expiresAt: time,
    mailed: z.boolean().meta({ description: 'Whether it went out by mail; else pass it on yourself.' }),
  }),
});

export function toSession(me: LoggedIn): z.output<typeof session> {
  return {
    user: { id: me.user, email: me.email, role: me.role, secondFactor: me.secondFactor },
    account: me.account ?? null,
    csrfToken: me.csrfToken,
  };
}

export function toSessionEntry({ id, current, createdAt, lastSeenAt, userAgent, address }: LoginView) {
  return { id, current, createdAt: toTime(createdAt), lastSeenAt: toTime(lastSeenAt), userAgent, address };
}

export function toUser(view: UserView): z.output<typeof user> {
  return { ...view, createdAt: toTime(view.createdAt) };
}

export function toInvited(
  { user: view, link, expiresAt }: Invited,
  mailed: boolean,
): z.output<typeof userInvited> {
  return { user: toUser(view), invitation: { link, expiresAt: toTime(expiresAt), mailed } };
}
