import type { Migration } from 'kysely/migration';
import { up as firstTables } from './0001-first-tables.ts';
import { up as apiKeys } from './0003-api-keys.ts';
import { up as severalProcesses } from './0008-several-processes.ts';
import { up as logins } from './0009-logins.ts';
import { up as sealedCredentials } from './0010-sealed-credentials.ts';
import { up as givenAnswers } from './0012-given-answers.ts';
import { up as auditLog } from './0013-audit-log.ts';
import { up as auditNotReplaced } from './0014-audit-not-replaced.ts';
import { up as fewHandedOver } from './0015-few-handed-over.ts';
import { up as callIndexes } from './0016-call-indexes.ts';

/** Every migration by name; they run in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': { up: firstTables },
  '0003-api-keys': { up: apiKeys },
  '0008-several-processes': { up: severalProcesses },
  '0009-logins': { up: logins },
  '0010-sealed-credentials': { up: sealedCredentials },
  '0012-given-answers': { up: givenAnswers },
  '0013-audit-log': { up: auditLog },
  '0014-audit-not-replaced': { up: auditNotReplaced },
  '0015-few-handed-over': { up: fewHandedOver },
  '0016-call-indexes': { up: callIndexes },
};
