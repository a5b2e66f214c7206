import { assertNever } from '../base/assert-never.ts';
import type { AuditEntryView } from '../control/audit/queries.ts';
import { type AuditValue, fieldInWords, fieldsOf, valueInWords } from '../control/audit/words.ts';
import type { AuditAction, AuditChange } from '../domain/audit.ts';

/** What was done, to be said of somebody. `of`: what it was done to. */
const DONE: Readonly<Record<AuditAction, (of: string, entry: AuditEntryView) => string>> = {
  accountCreated: (_, { accountName }) => `created the account ${accountName ?? ''}`.trimEnd(),
  accountChanged: (of) => `changed ${of}`,
  accountClosed: (_, { accountName }) => `closed the account ${accountName ?? ''}`.trimEnd(),
  failoverChanged: (of, { changes }) =>
    changes.length === 0 ? 'set failover settings as they were' : `changed the failover settings of ${of}`,
  didsAdded: (of) => `added ${of}`,
  didsRemoved: (of) => `removed ${of}`,
  didsMoved: (of, { changes }) => {
    const [first] = changes;
    if (first?.before === null) return `moved ${of} here from another account`;
    return first?.after === null ? `moved ${of} to another account` : `moved ${of}`;
  },
  didsImported: (of) => `imported a CSV file, which changed ${of}`,
  didTriggersChanged: (of) => `changed what counts as unreachable for ${of}`,
  trunkGroupCreated: (of) => `made ${of}`,
  trunkGroupRenamed: (of) => `renamed ${of}`,
  trunkGroupRemoved: (of) => `removed ${of}`,
  sipPasswordReplaced: (of) => `made a new SIP password for ${of}`,
  oldSipPasswordEnded: (of) => `ended the old SIP password of ${of}, because its time was over`,
  gatewayCreated: (of) => `made ${of}`,
  gatewayChanged: (of) => `changed ${of}`,
  gatewayRemoved: (of) => `removed ${of}`,
  trunkServerRemoved: (of) => `removed ${of}`,
  apiKeyCreated: (of) => `made ${of}`,
  apiKeyRevoked: (of) => `revoked ${of}`,
  userInvited: (of) => `invited ${of}`,
  userInvitedAgain: (of) => `invited ${of} again`,
  userChanged: (of) => `changed ${of}`,
  userRemoved: (of) => `removed ${of}`,
  firstOperatorMade: () => 'became the first operator',
  invitationAccepted: () => 'accepted the invitation and set a password',
  passwordChanged: () => 'changed the own password',
  passwordReset: () => 'set a new password with a link',
  userLetIn: (of) => `made a link for ${of} to set a new password, and turned their second factor off`,
  secondFactorTurnedOn: () => 'turned the second factor on',
  secondFactorTurnedOff: () => 'turned the second factor off',
  loggedIn: () => 'logged in',
  logInFailed: (of) => `tried to log in as ${of} with a wrong password or code`,
  loggedOut: () => 'logged out',
  loginEnded: () => 'ended one of the own logins',
  undone: (of, { undoes }) => `undid entry ${undoes ?? ''} and put back ${of}`,
};

/** The entry as one sentence. */
export function entryInWords(entry: AuditEntryView): string {
  const sentence = `${actorInWords(entry)} ${DONE[entry.action](targetsInWords(entry), entry)}.`;
  return entry.actor.kind === 'login' && entry.actor.name !== undefined
    ? sentence
    : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function actorInWords({ actor, isHidden }: AuditEntryView): string {
  if (isHidden) return 'an operator';
  switch (actor.kind) {
    case 'operatorKey':
      return 'the operator key';
    case 'apiKey':
      return `the API key ${actor.name ?? ''}`.trimEnd();
    case 'login':
      return actor.name ?? 'somebody';
    case 'service':
      return 'the service';
    case 'commandLine':
      return 'the command line of the server';
    case 'unknown':
      return 'somebody';
    default:
      return assertNever(actor.kind);
  }
}

const KINDS: Readonly<Record<AuditChange['what'], { one: string; many: string }>> = {
  account: { one: 'the account', many: 'accounts' },
  did: { one: 'the DID', many: 'DIDs' },
  trunkGroup: { one: 'the trunk group', many: 'trunk groups' },
  gateway: { one: 'the gateway', many: 'gateways' },
  apiKey: { one: 'the API key', many: 'API keys' },
  user: { one: 'the user', many: 'users' },
  login: { one: 'the login', many: 'logins' },
  trunkServer: { one: 'the trunk server', many: 'trunk servers' },
};

function targetsInWords({ changes, changeCount, accountName }: AuditEntryView): string {
  const [first] = changes;
  if (first === undefined)
    return accountName === undefined ? 'nothing' : `nothing of the account ${accountName}`;
  // Of a large entry only the first changes are here, one DID each.
  const count = changes.reduce((sum, one) => sum + one.count, 0) + (changeCount - changes.length);
  const { one, many } = KINDS[first.what];
  if (count > 1) return `${count.toLocaleString('en-US')} ${many}`;
  const name = first.what === 'account' ? (accountName ?? first.ids[0]) : (first.name ?? first.ids[0]);
  return `${one} ${name ?? ''}`.trimEnd();
}

/** What a change made of what: `failover: none → number +12125550199`. */
export function changeInWords({ before, after }: AuditChange): string {
  return fromTo(before, after);
}

/** What an undo would make of it. */
export function backInWords({ before, after }: AuditChange): string {
  if (before === null) return 'taken away';
  return fromTo(after, before);
}

function fromTo(before: AuditChange['before'], after: AuditChange['after']): string {
  if (before === null && after === null) return '';
  if (before === null) return stateInWords(after);
  if (after === null) return stateInWords(before);
  const was = new Map(fieldsOf(before));
  return fieldsOf(after)
    .map(
      ([field, value]) =>
        `${fieldInWords(field)}: ${valueInWords(field, was.get(field) ?? null)} → ${valueInWords(field, value)}`,
    )
    .join('; ');
}

function stateInWords(state: AuditChange['before']): string {
  return fieldsOf(state ?? {})
    .filter(([, value]) => !isNothing(value))
    .map(([field, value]) => `${fieldInWords(field)}: ${valueInWords(field, value)}`)
    .join('; ');
}

function isNothing(value: AuditValue): boolean {
  return value === null || (typeof value === 'object' && 'length' in value && value.length === 0);
}
