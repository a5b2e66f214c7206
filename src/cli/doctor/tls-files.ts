import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { causeOf, type Finding, findingsOf } from './finding.ts';

const { ok, problem, warning } = findingsOf('tls');
const DAY_MS = 86_400_000;
const SOON_DAYS = 21;

/** Files for TLS, with the setting that names them. */
export interface TlsFiles {
  readonly setting: string;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** Those of the connection to PostgreSQL: the parameters of its address that libpq knows, too. */
export function tlsFilesOf(database: string | undefined): readonly TlsFiles[] {
  if (database === undefined || !URL.canParse(database)) return [];
  const { searchParams } = new URL(database);
  const named = (name: string) => searchParams.get(name) ?? undefined;
  const sets = [
    { setting: 'sslrootcert of database', certificate: named('sslrootcert') },
    { setting: 'sslcert and sslkey of database', certificate: named('sslcert'), key: named('sslkey') },
  ];
  return sets.filter(({ certificate, key }: TlsFiles) => certificate !== undefined || key !== undefined);
}

export function checkTlsFiles(sets: readonly TlsFiles[], now: number): readonly Finding[] {
  if (sets.length === 0) return [ok('the settings name no files for TLS')];
  return sets.flatMap((files) => checkOne(files, now));
}

function checkOne({ setting, certificate: file, key: keyFile }: TlsFiles, now: number): readonly Finding[] {
  const found: Finding[] = [];
  const advice = `correct ${setting}, or the file`;
  let certificate: X509Certificate | undefined;
  if (file !== undefined) {
    try {
      certificate = new X509Certificate(readFileSync(file));
      found.push(checkTime(file, certificate, now));
    } catch (thrown) {
      found.push(problem(`${file} is no certificate that can be read (${causeOf(thrown)})`, advice));
    }
  }
  if (keyFile !== undefined) {
    let key: KeyObject | undefined;
    try {
      key = createPrivateKey(readFileSync(keyFile));
    } catch (thrown) {
      found.push(problem(`${keyFile} is no private key that can be read (${causeOf(thrown)})`, advice));
    }
    if (key !== undefined && certificate?.checkPrivateKey(key) === false) {
      found.push(problem(`${keyFile} is not the key of ${file}`, advice));
    } else if (key !== undefined && (statSync(keyFile).mode & 0o077) !== 0) {
      found.push(warning(`${keyFile} can be read by others`, `chmod 600 ${keyFile}`));
    }
  }
  return found;
}

function checkTime(file: string, certificate: X509Certificate, now: number): Finding {
  const from = certificate.validFromDate.getTime();
  const until = certificate.validToDate.getTime();
  const renew = 'renew it, and restart what uses it';
  if (now >= until) return problem(`${file} has been invalid since ${certificate.validTo}`, renew);
  if (now < from)
    return problem(`${file} is not valid before ${certificate.validFrom}`, 'see to the clock, or wait');
  const days = Math.floor((until - now) / DAY_MS);
  if (days < SOON_DAYS) return warning(`${file} is valid for ${days} more days`, renew);
  return ok(`${file} is valid until ${certificate.validTo}`);
}
