import type { AuditStates, AuditWhat } from '../../domain/audit.ts';
import type { TriggerSettings } from '../../domain/delivery-settings.ts';
import type { FailoverSettings } from '../../domain/failover-settings.ts';
import { formatPbxAddress, type PbxAddress } from '../../domain/pbx-address.ts';

/** What a field of a thing in the audit log may hold. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | FailoverSettings
  | TriggerSettings
  | PbxAddress;

/** The fields of a thing by name. */
export function fieldsOf(state: AuditStates[AuditWhat]): readonly (readonly [string, AuditValue])[] {
  return Object.entries<AuditValue>(state);
}

/** What people call a field, where its name does not say it. */
const FIELDS: Readonly<Record<string, string>> = {
  didFormat: 'DID format',
  noResponse: 'time without any response',
  noProgress: 'time without progress',
  ring: 'ring limit',
  noAnswerFailover: 'failover on no answer',
  sharedRegistrations: 'shared registrations',
  legCap: 'most failover calls at once',
  trunkGroup: 'trunk group',
  username: 'user name',
  oldPasswordUntil: 'old password valid until',
  expiresAt: 'expires at',
  secondFactor: 'second factor',
  userAgent: 'browser',
};

export function fieldInWords(field: string): string {
  return FIELDS[field] ?? field;
}

const TIMES = new Set(['oldPasswordUntil', 'expiresAt']);
const DURATIONS = new Set(['noResponse', 'noProgress', 'ring']);

/** What a field holds, as people read it. */
export function valueInWords(field: string, value: AuditValue): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (TIMES.has(field)) return new Date(value).toISOString();
    return DURATIONS.has(field) ? `${value} ms` : String(value);
  }
  if (typeof value === 'string') return value;
  if ('length' in value) return value.length === 0 ? 'none' : value.join(', ');
  if ('host' in value) return formatPbxAddress(value);
  if ('preset' in value) return triggersInWords(value);
  const { backup, number } = value;
  const parts = [
    ...(backup === undefined
      ? []
      : [`backup ${backup.kind === 'address' ? formatPbxAddress(backup.address) : backup.trunkGroup}`]),
    ...(number === undefined ? [] : [`number ${number}`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function triggersInWords({ preset, add, remove }: TriggerSettings): string {
  return [
    preset,
    ...(add.length === 0 ? [] : [`and ${add.join(', ')}`]),
    ...(remove.length === 0 ? [] : [`but not ${remove.join(', ')}`]),
  ].join(' ');
}
