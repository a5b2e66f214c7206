import { z } from 'zod';
import { columns, oneLine } from '../text-table.ts';

/** What the commands show of the API's answers; a newer service may say more. */
const backup = z.union([z.string(), z.object({ trunkGroup: z.string() })]);
const failover = z.object({ number: z.string().nullable(), backup: backup.nullable() }).nullable();
const change = {
  revision: z.number(),
  warnings: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
};

export const account = z.object({
  id: z.string(),
  name: z.string(),
  suspended: z.boolean(),
  didFormat: z.string(),
  failover,
  dids: z.number(),
  trunkGroups: z.array(z.object({ id: z.string(), name: z.string(), username: z.string() })),
  createdAt: z.string(),
});
const credentials = z.object({
  username: z.string(),
  password: z.string(),
  realm: z.string(),
  trunkServers: z.array(z.object({ name: z.string(), address: z.string(), port: z.number() })),
});
const did = z.object({ number: z.string(), account: z.string(), trunkGroup: z.string(), failover });
export const gateway = z.object({
  id: z.string(),
  name: z.string(),
  sources: z.array(z.string()),
  address: z.string().nullable(),
  priority: z.number(),
  weight: z.number(),
  trusted: z.boolean(),
});
const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  access: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
const problemList = z.array(z.object({ field: z.string(), message: z.string() }));
const didState = z.object({ trunkGroup: z.string(), failover });
const didChanges = {
  changes: z.array(z.object({ line: z.number(), did: z.string(), before: didState, after: didState })),
  unchanged: z.number(),
};
export const didsImported = z.object({ ...change, ...didChanges });
export const importPreview = z.object({ ...didChanges, refused: problemList });
export const additionPreview = z.object({ dids: z.array(did), warnings: problemList, refused: problemList });
const callRecord = z.object({
  id: z.string(),
  did: z.string(),
  caller: z.string(),
  outcome: z.string(),
  startedAt: z.string(),
  finalStatus: z.number(),
});
const next = z.string().nullable();
export const callPage = z.object({ entries: z.array(callRecord), next });

export const accountPage = z.object({ entries: z.array(account), next });
export const accountCreated = z.object({ ...change, account, credentials });
export const accountChanged = z.object({ ...change, account });
export const accountClosed = z.object({
  ...change,
  closed: z.object({ name: z.string(), dids: z.number() }),
});
export const auditPage = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      at: z.string(),
      summary: z.string(),
      changes: z.array(z.object({ text: z.string() })),
    }),
  ),
  next,
});
export const auditUndone = z.object({ ...change, undid: z.number(), count: z.number() });
export const didPage = z.object({ entries: z.array(did), next });
export const didsChanged = z.object({ ...change, dids: z.array(did) });
export const didsRemoved = z.object({ ...change, removed: z.number() });
export const failoverChanged = z.object({ ...change, before: failover, after: failover });
export const gatewayPage = z.object({ entries: z.array(gateway), next });
export const gatewayChanged = z.object({ ...change, gateway });
export const gatewayRemoved = z.object({ ...change, removed: z.string() });
export const apiKeyPage = z.object({ entries: z.array(apiKey), next });
export const apiKeyCreated = z.object({ key: z.string(), apiKey });
export const apiKeyRevoked = z.object({ id: z.string(), name: z.string() });
export const plan = z.object({
  number: z.string(),
  trunkServers: z.array(
    z.object({
      trunkServer: z.string(),
      failure: z.object({ text: z.string() }).nullable(),
      attempts: z.array(z.object({ text: z.string() })),
    }),
  ),
});

export type Account = z.output<typeof account>;
export type Did = z.output<typeof did>;
export type Gateway = z.output<typeof gateway>;
type Failover = z.output<typeof failover>;

export function failoverInWords(value: Failover): string {
  if (value === null) return '-';
  const { number, backup: first } = value;
  const parts: string[] = [];
  if (first !== null)
    parts.push(`backup ${typeof first === 'string' ? first : `trunk group ${first.trunkGroup}`}`);
  if (number !== null) parts.push(`number ${number}`);
  return parts.join(', then ');
}

/** What was done, with the revision and what deserves a look. */
export function done(
  what: string,
  { revision, warnings = [] }: z.output<z.ZodObject<typeof change>>,
): string {
  const looks = warnings.map(({ field, message }) => `warning: ${field} ${oneLine(message)}`);
  return [`${what}; revision ${revision}`, ...looks].join('\n');
}

/** What would be changed, and what stands against it. */
export function importInWords({ changes, unchanged }: z.output<z.ZodObject<typeof didChanges>>): string {
  const state = (of: z.output<typeof didState>, other: z.output<typeof didState>) =>
    of.trunkGroup === other.trunkGroup
      ? failoverInWords(of.failover)
      : `${failoverInWords(of.failover)} (on ${of.trunkGroup})`;
  const rows = changes.map(({ line, did: number, before, after }) => [
    String(line),
    number,
    state(before, after),
    state(after, before),
  ]);
  const table = rows.length === 0 ? '' : `${columns(['line', 'number', 'before', 'after'], rows)}\n`;
  return `${table}${rows.length} ${rows.length === 1 ? 'DID' : 'DIDs'} to change, ${unchanged} unchanged`;
}

export function refusedInWords(refused: z.output<typeof problemList>): string {
  return refused.map(({ field, message }) => `\nrefused: ${field}: ${oneLine(message)}`).join('');
}

/** A table, and how to ask for what comes after it. */
export function page(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  after: string | null = null,
): string {
  if (rows.length === 0) return 'none';
  const table = columns(headings, rows);
  return after === null ? table : `${table}\nmore with --after '${oneLine(after)}'`;
}

/** One thing: each of its values behind its name. */
export function details(values: Readonly<Record<string, string | number | boolean>>): string {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name.padEnd(width)}  ${oneLine(value === true ? 'yes' : value === false ? 'no' : String(value))}`,
    )
    .join('\n');
}

export function credentialsInWords({
  username,
  password,
  realm,
  trunkServers,
}: z.output<typeof credentials>): string {
  return details({
    'SIP user name': username,
    'SIP password': `${password}   (shown only this once)`,
    realm,
    'register with': trunkServers.map(({ name, address, port }) => `${name} ${address}:${port}`).join(', '),
  });
}
