import type { AuditAction, AuditChange, AuditEntry } from '../../domain/audit.ts';
import type { Scope } from '../views.ts';

const PASSWORD = 'A SIP password cannot be put back, because only its hash was kept. Make a new one.';
const KEY = 'A key cannot be put back, because only its hash was kept. Make a new one.';
const USER = 'Logins are changed where the users are, by somebody who may.';
const EVENT = 'It tells what happened and changed no setting.';

/** Why what the action did cannot be put back; true where it can. */
const UNDOABLE: Readonly<Record<AuditAction, true | string>> = {
  accountCreated: 'An account that was created is not undone but closed, with all that it has by now.',
  accountChanged: true,
  accountClosed:
    'An account that was closed does not come back: its SIP passwords, keys and logins are gone.',
  failoverChanged: true,
  didsAdded: true,
  didsRemoved: true,
  didsMoved: true,
  didsImported: true,
  didTriggersChanged: true,
  trunkGroupCreated: 'Remove the trunk group instead, once no DID and no backup needs it.',
  trunkGroupRenamed: true,
  trunkGroupRemoved: 'Its SIP password is gone. Make a new trunk group.',
  sipPasswordReplaced: PASSWORD,
  oldSipPasswordEnded: PASSWORD,
  gatewayCreated: true,
  gatewayChanged: true,
  gatewayRemoved: true,
  trunkServerRemoved: 'A trunk server comes back by itself when its process starts again.',
  apiKeyCreated: 'Revoke the key instead.',
  apiKeyRevoked: KEY,
  userInvited: USER,
  userInvitedAgain: USER,
  userChanged: USER,
  userRemoved: USER,
  firstOperatorMade: USER,
  invitationAccepted: EVENT,
  passwordChanged: 'Only whose password it is sets another.',
  passwordReset: 'Only whose password it is sets another.',
  userLetIn: USER,
  secondFactorTurnedOn: 'Only whose second factor it is turns it off.',
  secondFactorTurnedOff: 'Only whose second factor it is turns it on.',
  loggedIn: EVENT,
  logInFailed: EVENT,
  loggedOut: EVENT,
  loginEnded: EVENT,
  undone: true,
};

/** What people of an account may set themselves, and so put back. */
const OWN_ACCOUNT: ReadonlySet<string> = new Set([
  'name',
  'didFormat',
  'failover',
  'triggers',
  'noResponse',
  'noProgress',
  'ring',
  'noAnswerFailover',
  'sharedRegistrations',
]);
const OWN_DID: ReadonlySet<string> = new Set(['failover', 'triggers']);

/** Why the entry cannot be undone, as far as that can be said without looking at what is set now. */
export function whyNotUndoable({
  action,
  changes,
}: Pick<AuditEntry, 'action' | 'changes'>): string | undefined {
  const can = UNDOABLE[action];
  if (can !== true) return can;
  return changes.length === 0 ? 'It changed nothing.' : undefined;
}

/** Why these people cannot undo it although others can. */
export function notTheirs({ changes }: Pick<AuditEntry, 'changes'>, scope: Scope): string | undefined {
  if (scope.kind === 'operator' || changes.every(isOwn)) return undefined;
  return 'Only the operator can undo this, as only the operator can change it.';
}

function isOwn({ what, before, after }: AuditChange): boolean {
  if (before === null || after === null) return false;
  const own = what === 'account' ? OWN_ACCOUNT : what === 'did' ? OWN_DID : undefined;
  return own !== undefined && Object.keys(after).every((field) => own.has(field));
}
