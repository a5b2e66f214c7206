import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { decimalAt } from '../uri/characters.ts';
import type { Params } from '../uri/params.ts';
import type { SipUri } from '../uri/sip-uri.ts';

/** What is kept of a binding over a restart. */
export interface BindingRecord {
  /** The Contact URI as the PBX gave it; unique within an address of record. */
  readonly contact: string;
  /** 0–1000: the q-value times 1000. */
  readonly q: number;
  /** When the last REGISTER for it came. */
  readonly registeredAt: Millis;
  readonly expiresAt: Millis;
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  /** Where that REGISTER came from. */
  readonly source: Flow;
  /** Calls go along the flow: a NAT may lie between, or a Path was given. */
  readonly behindNat: boolean;
  /** Path values (RFC 3327) in their order: the first is the proxy next to us. */
  readonly path: readonly string[];
  /** `+sip.instance` (RFC 5626 section 4.1) in lower case. */
  readonly instance: string | undefined;
  /** `reg-id` (RFC 5626 section 4.2). */
  readonly regId: number | undefined;
}

/** A binding at this trunk server. A refresh changes it, or puts another in its place. */
export class LiveBinding implements BindingRecord {
  readonly contact: string;
  /** `contact`, parsed. */
  readonly uri: SipUri;
  readonly path: readonly string[];
  readonly instance: string | undefined;
  readonly regId: number | undefined;
  q: number;
  registeredAt: Millis;
  expiresAt: Millis;
  callId: string;
  cseq: number;
  userAgent: string;
  source: Flow;
  behindNat: boolean;

  constructor(record: BindingRecord, uri: SipUri) {
    this.contact = record.contact;
    this.uri = uri;
    this.path = record.path;
    this.instance = record.instance;
    this.regId = record.regId;
    this.q = record.q;
    this.registeredAt = record.registeredAt;
    this.expiresAt = record.expiresAt;
    this.callId = record.callId;
    this.cseq = record.cseq;
    this.userAgent = record.userAgent;
    this.source = record.source;
    this.behindNat = record.behindNat;
  }
}

/** The +sip.instance and reg-id parameters of a Contact. */
export function instanceOf(params: Params): Pick<BindingRecord, 'instance' | 'regId'> {
  const regId = params.get('reg-id');
  const number = regId === undefined ? -1 : decimalAt(regId, 0, regId.length, 2 ** 31 - 1);
  const instance = params.get('+sip.instance')?.toLowerCase();
  return {
    instance: instance === '' ? undefined : instance,
    regId: number === -1 ? undefined : number,
  };
}
