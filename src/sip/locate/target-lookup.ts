import { assertNever } from '../../base/assert-never.ts';
import type { DnsAnswer, DnsFailure, DnsQuestion } from '../../base/dns.ts';
import type { Transport } from '../../base/flow.ts';
import type { Random } from '../../base/random.ts';
import type { Host } from '../uri/uri.ts';
import { chooseNaptr } from './naptr.ts';
import { inSrvOrder } from './srv-order.ts';
import { type AddressFamily, familyOf, type Target, Targets } from './targets.ts';
import { defaultPort, srvPrefix, transportOf } from './transports.ts';

/** What is to be reached: the host part of a sip URI, or a PBX address. */
export interface Destination {
  readonly host: Host;
  readonly port?: number | undefined;
  /** The transport parameter, in any case. */
  readonly transport?: string | undefined;
}

/** What we have to reach it with. */
export interface Reach {
  /** Transports that we can send by, the preferred one first. */
  readonly transports: readonly Transport[];
  /** Address families that we can send to, the preferred one first. */
  readonly families: readonly AddressFamily[];
}

export type LookupStep =
  /** Ask all of these and pass each answer to `answered`; none of them waits for another. */
  | { readonly kind: 'ask'; readonly questions: readonly DnsQuestion[] }
  /** Further answers are needed before anything can be said. */
  | { readonly kind: 'wait' }
  /** Where to send, in the order in which to try. Never empty. */
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'failed'; readonly cause: LookupFailure };

export type LookupFailure =
  /** The name has no address, or not of a family that we can send to. */
  | { readonly kind: 'noAddress' }
  /** The domain says that it has no SIP service (RFC 2782: the target is "."). */
  | { readonly kind: 'noService' }
  /** The destination insists on a transport that we do not have, or that is none. */
  | { readonly kind: 'transportNotSupported'; readonly transport: string }
  | { readonly kind: 'dnsFailed'; readonly cause: DnsFailure };

/** What one lookup may cost, whatever a hostile zone says. */
export const MAX_QUERIES = 10;

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * RFC 3263 section 4 as a machine without I/O: `start` once, then `answered` for each answer, until a step is
 * `targets` or `failed`. Departures: where NAPTR or SRV cannot be had (as opposed to: do not exist) we go on
 * as if there were none, because a call to the default port is better than none; and NAPTR is asked for only
 * when there is a choice of transports to make.
 */
export class TargetLookup {
  readonly #destination: Destination;
  readonly #reach: Reach;
  readonly #random: Random;
  readonly #targets = new Targets();
  #phase: 'new' | 'naptr' | 'srv' | 'addresses' | 'ended' = 'new';
  /** The transport of all targets: the services of a domain are not mixed. */
  #transport: Transport = 'UDP';
  /** SRV names that are asked for, the preferred one first. */
  #services: readonly { readonly transport: Transport; readonly name: string }[] = [];
  #places: readonly Place[] = [];
  readonly #answers = new Map<string, DnsAnswer>();
  /** Questions that wait for their answer. */
  readonly #open = new Set<string>();
  #queries = 0;

  constructor(destination: Destination, reach: Reach, random: Random) {
    this.#destination = destination;
    this.#reach = reach;
    this.#random = random;
  }

  start(): LookupStep {
    const { host, port, transport } = this.#destination;
    const { transports } = this.#reach;
    const asked = transport === undefined ? undefined : transportOf(transport);
    if (transport !== undefined && (asked === undefined || !transports.includes(asked))) {
      return this.#fail({ kind: 'transportNotSupported', transport });
    }
    // 4.1: without NAPTR and SRV it is UDP for sip, where we have that.
    const [first = 'UDP'] = transports;
    this.#transport = asked ?? (transports.includes('UDP') ? 'UDP' : first);
    const name = host.kind === 'name' ? plainName(host.name) : host.address;
    if (host.kind !== 'name' || port !== undefined) {
      return this.#lookUpAddresses([{ host: name, port: port ?? defaultPort(this.#transport) }]);
    }
    if (asked === undefined && transports.length > 1) {
      this.#phase = 'naptr';
      return this.#ask([{ type: 'NAPTR', name }]);
    }
    return this.#lookUpServices([this.#transport], name);
  }

  /** Takes an answer to one of the questions asked for. */
  answered(question: DnsQuestion, answer: DnsAnswer): LookupStep {
    const key = keyOf(question);
    if (!this.#open.delete(key)) return { kind: 'wait' };
    this.#answers.set(key, answer);
    if (this.#open.size > 0) return { kind: 'wait' };
    switch (this.#phase) {
      case 'naptr':
        return this.#withNaptr();
      case 'srv':
        return this.#withSrv();
      case 'addresses':
        return this.#withAddresses();
      case 'new':
      case 'ended':
        return { kind: 'wait' };
      default:
        return assertNever(this.#phase);
    }
  }

  #withNaptr(): LookupStep {
    const name = this.#domain();
    const answer = this.#answers.get(keyOf({ type: 'NAPTR', name }));
    const records = answer?.kind === 'naptr' ? answer.records : [];
    const services = chooseNaptr(records, this.#reach.transports);
    if (services.length === 0) return this.#lookUpServices(this.#reach.transports, name);
    this.#phase = 'srv';
    this.#services = services;
    return this.#ask(services.map((service) => ({ type: 'SRV', name: service.name })));
  }

  #lookUpServices(transports: readonly Transport[], name: string): LookupStep {
    this.#phase = 'srv';
    this.#services = transports.map((transport) => ({ transport, name: srvPrefix(transport) + name }));
    return this.#ask(this.#services.map((service) => ({ type: 'SRV', name: service.name })));
  }

  #withSrv(): LookupStep {
    let refused = false;
    for (const service of this.#services) {
      const answer = this.#answers.get(keyOf({ type: 'SRV', name: service.name }));
      if (answer?.kind !== 'srv') continue;
      const records = answer.records.filter((record) => record.target !== '' && record.port > 0);
      if (records.length > 0) {
        this.#transport = service.transport;
        const ordered = inSrvOrder(records, this.#random);
        return this.#lookUpAddresses(ordered.map(({ target, port }) => ({ host: plainName(target), port })));
      }
      if (service.transport === this.#transport) refused = true;
    }
    if (refused) return this.#fail({ kind: 'noService' });
    return this.#lookUpAddresses([{ host: this.#domain(), port: defaultPort(this.#transport) }]);
  }

  #lookUpAddresses(places: readonly Place[]): LookupStep {
    this.#phase = 'addresses';
    this.#places = places;
    const questions: DnsQuestion[] = [];
    const names = new Set<string>();
    const { families } = this.#reach;
    for (const { host } of places) {
      // Some zones write an address as the target of SRV: there is nothing to ask then.
      if (names.has(host) || familyOf(host) !== undefined) continue;
      if (this.#queries + questions.length + families.length > MAX_QUERIES) break;
      names.add(host);
      for (const family of families) questions.push({ type: family === 'ipv4' ? 'A' : 'AAAA', name: host });
    }
    return questions.length === 0 ? this.#withAddresses() : this.#ask(questions);
  }

  #withAddresses(): LookupStep {
    let failure: DnsFailure | undefined;
    for (const { host, port } of this.#places) {
      const literal = familyOf(host);
      if (literal !== undefined) {
        if (this.#reach.families.includes(literal)) this.#targets.add(host, port, this.#transport);
        continue;
      }
      for (const family of this.#reach.families) {
        const answer = this.#answers.get(keyOf({ type: family === 'ipv4' ? 'A' : 'AAAA', name: host }));
        if (answer?.kind === 'failed') failure ??= answer.cause;
        if (answer?.kind !== 'addresses') continue;
        for (const address of answer.addresses) this.#targets.add(address, port, this.#transport);
      }
    }
    const targets = this.#targets.list;
    if (targets.length === 0) {
      return this.#fail(
        failure === undefined ? { kind: 'noAddress' } : { kind: 'dnsFailed', cause: failure },
      );
    }
    this.#phase = 'ended';
    return { kind: 'targets', targets };
  }

  #ask(questions: readonly DnsQuestion[]): LookupStep {
    const distinct: DnsQuestion[] = [];
    for (const question of questions) {
      const key = keyOf(question);
      if (this.#open.has(key)) continue;
      this.#open.add(key);
      distinct.push(question);
    }
    this.#queries += distinct.length;
    return { kind: 'ask', questions: distinct };
  }

  #fail(cause: LookupFailure): LookupStep {
    this.#phase = 'ended';
    return { kind: 'failed', cause };
  }

  #domain(): string {
    const { host } = this.#destination;
    return host.kind === 'name' ? plainName(host.name) : host.address;
  }
}

function keyOf({ type, name }: DnsQuestion): string {
  return `${type} ${name}`;
}

/** Lower case, without the final dot. */
function plainName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
