import { statSync } from 'node:fs';
import type { Config } from '../config-schema.ts';
import { databasePlace, onExisting } from '../database.ts';
import { EXIT } from '../exit-code.ts';
import { findSealingKey, keyFileOf, keyIdOfDatabase, keyIsMissing } from '../sealing-key.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, problem, warning } = findingsOf('sealing');
const HOW = 'docs/operating.md says under "The sealing key" how it is made and kept';

/** Whether the sealing key is there, is the one of the database, and is readable to us alone. */
export async function checkSealing(config: Config): Promise<readonly Finding[]> {
  const key = findSealingKey(config);
  if (!key.ok) return [problem(key.error.reason, HOW)];
  const place = databasePlace(config);
  const sealedBy = await onExisting(place, () => keyIdOfDatabase(place));
  // That the database cannot be reached is told by its own check.
  if (!sealedBy.ok && sealedBy.error.exit !== EXIT.notThere) return [];
  const needed = sealedBy.ok ? sealedBy.value : undefined;
  const file = config.sealingKey === undefined ? (keyFileOf(config) ?? '') : '';
  if (key.value === undefined) {
    return needed === undefined
      ? [ok(`there is no key yet; the first start makes it, at ${file}`)]
      : [problem(keyIsMissing(place, needed, file), HOW)];
  }
  if (needed !== undefined && needed !== key.value.id) {
    return [
      problem(`the database is sealed with the key ${needed}, and the one here is ${key.value.id}`, HOW),
    ];
  }
  const mode = file === '' ? 0 : (statSync(file, { throwIfNoEntry: false })?.mode ?? 0);
  if ((mode & 0o007) !== 0) {
    return [warning(`everyone on this machine can read ${file}`, `chmod 600 ${file}`)];
  }
  return [
    needed === undefined
      ? ok(`the next start seals the database with the key ${key.value.id}`)
      : ok(`the key ${needed} is the one of the database; have a copy of it apart from the database`),
  ];
}
