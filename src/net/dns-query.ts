import { Resolver } from 'node:dns';
import { assertNever } from '../base/assert-never.ts';
import type { Millis } from '../base/clock.ts';
import type { DnsAnswer, DnsFailure, DnsQuestion } from '../base/dns.ts';
import { err, ok, type Result } from '../base/result.ts';
import { systemCode } from './socket-error.ts';

/** An answer as it came from a server; `ttl` in seconds, undefined where node:dns does not tell. */
export interface FreshAnswer {
  readonly answer: DnsAnswer;
  readonly ttl: number | undefined;
}

/** Asks the DNS once, nothing remembered. `answered` is called exactly once and never before this returns. */
export type DnsQuery = (question: DnsQuestion, answered: (fresh: FreshAnswer) => void) => void;

/** How long one name server is waited for, in ms, and how often all of them are tried. */
const TIMEOUT = 1000;
const TRIES = 2;

export interface NameServerError {
  readonly kind: 'badNameServer';
  /** For people. */
  readonly reason: string;
}

/**
 * Asks by c-ares, which the threads of the system's resolver do not slow down. `nameServers`: `address[:port]`,
 * IPv6 in brackets where a port follows; none: those of the machine.
 */
export function dnsQuery(
  nameServers: readonly string[],
  timeout: Millis = TIMEOUT,
): Result<DnsQuery, NameServerError> {
  const resolver = new Resolver({ timeout, maxTimeout: timeout, tries: TRIES });
  if (nameServers.length > 0) {
    try {
      resolver.setServers(nameServers);
    } catch {
      return err({
        kind: 'badNameServer',
        reason: `Name servers are IP addresses with an optional port, such as 192.0.2.53 or [2001:db8::53]:53, not ${nameServers.join(', ')}.`,
      });
    }
  }
  return ok((question, answered) => {
    try {
      ask(resolver, question, answered);
    } catch {
      // c-ares refuses names that have no form on the wire before it asks anybody.
      queueMicrotask(() => answered(failed('badName')));
    }
  });
}

function ask(resolver: Resolver, { type, name }: DnsQuestion, answered: (fresh: FreshAnswer) => void): void {
  switch (type) {
    case 'A':
      resolver.resolve4(name, { ttl: true }, (error, records) =>
        answered(error ? noAnswer(error) : addresses(records)),
      );
      return;
    case 'AAAA':
      resolver.resolve6(name, { ttl: true }, (error, records) =>
        answered(error ? noAnswer(error) : addresses(records)),
      );
      return;
    case 'SRV':
      resolver.resolveSrv(name, (error, found) => {
        if (error) return answered(noAnswer(error));
        const records = found.map((record) => ({
          priority: record.priority,
          weight: record.weight,
          port: record.port,
          target: withoutFinalDot(record.name),
        }));
        return answered(records.length === 0 ? NONE : { answer: { kind: 'srv', records }, ttl: undefined });
      });
      return;
    case 'NAPTR':
      resolver.resolveNaptr(name, (error, found) => {
        if (error) return answered(noAnswer(error));
        const records = found.map((record) => ({
          order: record.order,
          preference: record.preference,
          flags: record.flags,
          service: record.service,
          replacement: withoutFinalDot(record.replacement),
        }));
        return answered(records.length === 0 ? NONE : { answer: { kind: 'naptr', records }, ttl: undefined });
      });
      return;
    default:
      assertNever(type);
  }
}

const NONE: FreshAnswer = { answer: { kind: 'none' }, ttl: undefined };

function addresses(records: readonly { readonly address: string; readonly ttl: number }[]): FreshAnswer {
  let ttl = Number.MAX_SAFE_INTEGER;
  for (const record of records) ttl = Math.min(ttl, record.ttl);
  if (records.length === 0) return NONE;
  return { answer: { kind: 'addresses', addresses: records.map((record) => record.address) }, ttl };
}

function noAnswer(error: NodeJS.ErrnoException): FreshAnswer {
  switch (systemCode(error)) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return NONE;
    case 'ETIMEOUT':
    case 'ECONNREFUSED':
    case 'ECANCELLED':
      return failed('timeout');
    case 'EBADNAME':
      return failed('badName');
    default:
      return failed('serverFailure');
  }
}

function failed(cause: DnsFailure): FreshAnswer {
  return { answer: { kind: 'failed', cause }, ttl: undefined };
}

function withoutFinalDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
