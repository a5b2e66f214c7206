import { err, ok, type Result } from '../base/result.ts';
import type { TrunkGroup } from '../domain/account.ts';
import type { Place } from './errors.ts';
import type { FailoverInput } from './views.ts';

/** One line of a file of DIDs, as people wrote it. A field is undefined where the file has no such column. */
export interface DidLine {
  /** Of the file, which begins with 1. */
  readonly line: number;
  readonly number: string;
  /** Its name or its id. */
  readonly trunkGroup?: string | undefined;
  /** Empty: none. */
  readonly failoverNumber?: string | undefined;
  /** An address, or `trunk group` and the name or the id of one. Empty: none. */
  readonly backup?: string | undefined;
}

/** What the columns are called in files. */
export const DID_COLUMNS = {
  number: 'number',
  trunkGroup: 'trunk group',
  failoverNumber: 'failover number',
  backup: 'backup',
} as const;

export function placeIn({ line }: DidLine, column: keyof typeof DID_COLUMNS): Place {
  const name = DID_COLUMNS[column];
  return { field: `line ${line}, ${name}`, line, column: name };
}

const BACKUP_GROUP = /^trunk group:? +(.+)$/iu;

/** How a file says that the backup is another trunk group. */
export function backupGroupText(name: string): string {
  return `${DID_COLUMNS.trunkGroup} ${name}`;
}

/** The trunk group of the account that is meant, or what would be right. */
export function namedGroup<T extends Pick<TrunkGroup, 'id' | 'name'>>(
  text: string,
  trunkGroups: readonly T[],
): Result<T, string> {
  const found = trunkGroups.find(({ id, name }) => id === text || name === text);
  if (found !== undefined) return ok(found);
  const known = trunkGroups.slice(0, 10).map(({ name }) => `"${name}"`);
  return err(`There is no trunk group "${text.slice(0, 60)}" in this account. It has ${known.join(', ')}.`);
}

export function backupInput(
  text: string,
  trunkGroups: readonly TrunkGroup[],
): Result<Exclude<FailoverInput['backup'], undefined>, string> {
  const name = BACKUP_GROUP.exec(text)?.[1];
  if (name === undefined) return ok(text);
  const group = namedGroup(name, trunkGroups);
  return group.ok ? ok({ trunkGroup: group.value.id }) : group;
}
