import { z } from 'zod';
import type { AuditEntryView } from '../../control/audit/queries.ts';
import type { Undone } from '../../control/audit/undo.ts';
import type { Changed } from '../../control/control-plane.ts';
import { failoverValue } from '../../control/failover-values.ts';
import { AUDIT_ACTIONS, type AuditChange, type AuditStates, type AuditWhat } from '../../domain/audit.ts';
import type { FailoverSettings } from '../../domain/failover-settings.ts';
import { formatPbxAddress } from '../../domain/pbx-address.ts';
import { backInWords, changeInWords, entryInWords } from '../audit-words.ts';
import { accountIdText, changeFields, pageLimit, pageOf, time, toChangeFields, toTime } from './common.ts';
import { toTriggers, triggers } from './delivery.ts';
import { failover, toFailover } from './failover.ts';

const number = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const auditParams = z.strictObject({
  entry: number.meta({ description: 'The id of an entry, as the list gives it.' }),
});

export const auditQuery = z.strictObject({
  account: accountIdText.optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  actor: z.string().min(1).max(300).optional().meta({
    description:
      'Who did it: the e-mail of a person, the name of an API key, the id of either, or a kind of actor such as `operatorKey`.',
  }),
  target: z.string().min(1).max(100).optional().meta({
    description: 'What was changed: a DID, or the id of an account, trunk group, gateway, key or user.',
    example: '+15125550100',
  }),
  revision: number.optional().meta({ description: 'The entries of this revision.' }),
  from: time.optional().meta({ description: 'Entries of this time or later.' }),
  until: time.optional().meta({ description: 'Entries before this time.' }),
  after: number
    .optional()
    .meta({ description: 'Return what comes after this: the `next` of the page before.' }),
  limit: pageLimit,
});

const ms = z.int().meta({ description: 'In milliseconds.' });

const states = {
  account: z.strictObject({
    name: z.string().optional(),
    suspended: z.boolean().optional(),
    didFormat: z.enum(['10-digits', '11-digits', 'e164']).optional(),
    failover: failover.optional(),
    triggers: triggers.optional(),
    noResponse: ms.optional(),
    noProgress: z.union([z.literal('off'), ms]).optional(),
    ring: z.union([z.literal('default'), ms]).optional(),
    noAnswerFailover: z.boolean().optional(),
    sharedRegistrations: z.boolean().optional(),
    legCap: z.int().optional(),
  }),
  did: z.strictObject({
    account: z.string().optional(),
    trunkGroup: z.string().optional(),
    failover: failover.optional(),
    triggers: triggers.nullable().optional(),
  }),
  trunkGroup: z.strictObject({
    name: z.string().optional(),
    username: z.string().optional(),
    oldPasswordUntil: time.nullable().optional(),
  }),
  gateway: z.strictObject({
    name: z.string().optional(),
    sources: z.array(z.string()).optional(),
    address: z.string().nullable().optional(),
    priority: z.int().optional(),
    weight: z.int().optional(),
    trusted: z.boolean().optional(),
  }),
  apiKey: z.strictObject({
    name: z.string().optional(),
    access: z.enum(['read', 'failover', 'write']).optional(),
    expiresAt: time.nullable().optional(),
  }),
  user: z.strictObject({
    email: z.string().optional(),
    role: z.enum(['operator', 'owner', 'viewer']).optional(),
    disabled: z.boolean().optional(),
    secondFactor: z.boolean().optional(),
  }),
  login: z.strictObject({ userAgent: z.string().optional(), address: z.string().optional() }),
  trunkServer: z.strictObject({ address: z.string().optional() }),
} as const;

function changeOf<W extends AuditWhat, S extends z.ZodType>(what: W, state: S) {
  return z.strictObject({
    what: z.literal(what),
    ids: z.array(z.string()).meta({
      description: 'Numbers or ids of what was changed, to each the same. In a list the first 20 of them.',
    }),
    count: z.int().meta({ description: 'How many there are.' }),
    name: z.string().nullable().meta({ description: 'What it was called, where it has a name.' }),
    before: state.nullable().meta({ description: 'What is different, as it was before; null: not there.' }),
    after: state.nullable().meta({ description: 'The same as it was afterwards; null: gone.' }),
    text: z.string().meta({ description: 'From what to what, in words.' }),
    back: z.string().meta({ description: 'What an undo would make of it, in words.' }),
  });
}

const auditChange = z.discriminatedUnion('what', [
  changeOf('account', states.account),
  changeOf('did', states.did),
  changeOf('trunkGroup', states.trunkGroup),
  changeOf('gateway', states.gateway),
  changeOf('apiKey', states.apiKey),
  changeOf('user', states.user),
  changeOf('login', states.login),
  changeOf('trunkServer', states.trunkServer),
]);

export const auditEntry = z
  .strictObject({
    id: z.int().meta({ description: 'Counts up; none is missing.' }),
    at: time,
    action: z.enum(AUDIT_ACTIONS),
    summary: z.string().meta({ description: 'Who did what, as a sentence.' }),
    actor: z.strictObject({
      kind: z.enum(['operatorKey', 'apiKey', 'login', 'service', 'commandLine', 'unknown']),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'The e-mail of the person, or the name of the key.' }),
      operator: z.boolean().meta({
        description: 'It was an operator. People of an account are not told which, nor from where.',
      }),
      address: z.string().nullable().meta({ description: 'The network address that it was asked from.' }),
    }),
    account: z
      .string()
      .nullable()
      .meta({ description: 'Whose things were changed; null: none of an account.' }),
    accountName: z.string().nullable().meta({ description: 'What it was called then.' }),
    toAccount: z.string().nullable().meta({ description: 'The account that DIDs were moved to.' }),
    revision: z.int().nullable().meta({ description: 'null: it changed no setting that calls follow.' }),
    undoes: z.int().nullable().meta({ description: 'The entry that this one took back.' }),
    undoneBy: z.int().nullable().meta({ description: 'The newest entry that took this one back.' }),
    undo: z.strictObject({
      possible: z.boolean().meta({
        description: 'Whether the asker may try; what is set now decides.',
      }),
      reason: z.string().nullable().meta({ description: 'Why not.' }),
    }),
    changeCount: z.int().meta({ description: 'How many changes it has; a list shows the first 20.' }),
    changes: z.array(auditChange),
  })
  .meta({ id: 'AuditEntry' });

export const auditPage = pageOf(auditEntry);

export const auditUndone = z.strictObject({
  ...changeFields,
  undid: z.int().meta({ description: 'The entry that was taken back.' }),
  count: z.int().meta({ description: 'How many things are as they were before.' }),
});

type Output = z.output<typeof auditChange>;

const toValue = (value: FailoverSettings | null) => toFailover(failoverValue(value ?? undefined));

function accountOf({ failover: own, triggers: of, ...rest }: AuditStates['account']) {
  return {
    ...rest,
    ...(own === undefined ? {} : { failover: toValue(own) }),
    ...(of === undefined ? {} : { triggers: toTriggers(of) }),
  };
}

function didOf({ failover: own, triggers: of, ...rest }: AuditStates['did']) {
  return {
    ...rest,
    ...(own === undefined ? {} : { failover: toValue(own) }),
    ...(of === undefined ? {} : { triggers: of === null ? null : toTriggers(of) }),
  };
}

function gatewayOf({ sources, address, ...rest }: AuditStates['gateway']) {
  return {
    ...rest,
    ...(sources === undefined ? {} : { sources: [...sources] }),
    ...(address === undefined ? {} : { address: address === null ? null : formatPbxAddress(address) }),
  };
}

function toOptionalTime(at: number | null): string | null {
  return at === null ? null : toTime(at);
}

function trunkGroupOf({ oldPasswordUntil: until, ...rest }: AuditStates['trunkGroup']) {
  return { ...rest, ...(until === undefined ? {} : { oldPasswordUntil: toOptionalTime(until) }) };
}

function apiKeyOf({ expiresAt, ...rest }: AuditStates['apiKey']) {
  return { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: toOptionalTime(expiresAt) }) };
}

function both<S, T>(change: { before: S | null; after: S | null }, of: (state: S) => T) {
  const one = (state: S | null) => (state === null ? null : of(state));
  return { before: one(change.before), after: one(change.after) };
}

function toAuditChange(change: AuditChange): Output {
  const common = {
    ids: [...change.ids],
    count: change.count,
    name: change.name ?? null,
    text: changeInWords(change),
    back: backInWords(change),
  };
  switch (change.what) {
    case 'account':
      return { what: 'account', ...common, ...both(change, accountOf) };
    case 'did':
      return { what: 'did', ...common, ...both(change, didOf) };
    case 'trunkGroup':
      return { what: 'trunkGroup', ...common, ...both(change, trunkGroupOf) };
    case 'gateway':
      return { what: 'gateway', ...common, ...both(change, gatewayOf) };
    case 'apiKey':
      return { what: 'apiKey', ...common, ...both(change, apiKeyOf) };
    case 'user':
      return { what: 'user', ...common, before: change.before, after: change.after };
    case 'login':
      return { what: 'login', ...common, before: change.before, after: change.after };
    case 'trunkServer':
      return { what: 'trunkServer', ...common, before: change.before, after: change.after };
  }
}

export function toAuditEntry(entry: AuditEntryView): z.output<typeof auditEntry> {
  const { actor, notUndoable } = entry;
  return {
    id: entry.number,
    at: toTime(entry.at),
    action: entry.action,
    summary: entryInWords(entry),
    actor: {
      kind: actor.kind,
      id: actor.id ?? null,
      name: actor.name ?? null,
      operator: entry.byOperator,
      address: entry.address ?? null,
    },
    account: entry.account ?? null,
    accountName: entry.accountName ?? null,
    toAccount: entry.toAccount ?? null,
    revision: entry.revision ?? null,
    undoes: entry.undoes ?? null,
    undoneBy: entry.undoneBy ?? null,
    undo: { possible: notUndoable === undefined, reason: notUndoable ?? null },
    changeCount: entry.changeCount,
    changes: entry.changes.map(toAuditChange),
  };
}

export function toUndone(change: Changed<Undone>): z.output<typeof auditUndone> {
  return { ...toChangeFields(change), undid: change.value.undid, count: change.value.count };
}
