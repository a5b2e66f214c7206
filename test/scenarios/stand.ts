import type { Millis } from '../../src/base/clock.ts';
import type { CallRecord } from '../../src/domain/call-record.ts';
import type { RoutingChange } from '../../src/link/routing.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import type { AgentOptions } from './agent.ts';
import type { CallOptions, OutgoingCall } from './caller.ts';
import type { Sent } from './ladder.ts';
import { Network } from './network.ts';
import { Pbx, REGISTERING, type Registering } from './pbx.ts';
import { Phone } from './phone.ts';
import {
  ADDRESSES,
  DID,
  edgeStart,
  PASSWORD,
  REALM,
  rows,
  type Settings,
  type TrunkName,
} from './settings.ts';
import { TrunkNode } from './trunk-node.ts';

/** A message on the wire, with its time in ms since the carrier's first INVITE reached its trunk server. */
export interface OnWire<T = SipRequest | SipResponse> {
  readonly at: Millis;
  readonly from: string;
  readonly to: string;
  readonly message: T;
}

/** Two trunk servers, a carrier, a PBX, a backup and a phone gateway on one virtual network. */
export class Stand {
  readonly network: Network;
  /** The trunk server that the carrier calls, and the other one. */
  readonly here: TrunkNode;
  readonly other: TrunkNode;
  /** Where the settings have it. */
  readonly third: TrunkNode | undefined;
  readonly carrier: Phone;
  readonly pbx: Pbx;
  readonly backup: Phone;
  readonly gateway: Phone;
  readonly phones: Phone[] = [];
  #rows: readonly RoutingChange[];
  #revision = 1;

  constructor(here: TrunkName, settings: Settings, seed = 1) {
    this.network = new Network(seed);
    const other = here === 'trunk1' ? 'trunk2' : 'trunk1';
    this.here = new TrunkNode(this.network, edgeStart(here, settings.third === true));
    this.other = new TrunkNode(this.network, edgeStart(other, settings.third === true));
    if (settings.third === true) this.third = new TrunkNode(this.network, edgeStart('trunk3', true));
    this.#rows = rows(settings);
    for (const trunk of this.trunks) this.load(trunk);
    this.carrier = this.phone({ name: 'carrier', address: ADDRESSES.carrier });
    this.pbx = this.pbxOf({ name: 'pbx', address: ADDRESSES.pbx }, 'acme');
    this.backup = this.phone({ name: 'backup', address: ADDRESSES.backup });
    this.gateway = this.phone({ name: 'gateway', address: ADDRESSES.gateway });
  }

  get trunks(): readonly TrunkNode[] {
    return this.third === undefined ? [this.here, this.other] : [this.here, this.other, this.third];
  }

  /** Adds a phone. */
  phone(options: AgentOptions): Phone {
    const phone = new Phone(this.network, options);
    this.phones.push(phone);
    return phone;
  }

  /** Adds a PBX with the credentials of a trunk group. */
  pbxOf(options: AgentOptions, username: string): Pbx {
    const pbx = new Pbx(this.network, options, { username, password: PASSWORD, realm: REALM });
    this.phones.push(pbx);
    return pbx;
  }

  /** Gives a trunk server the whole routing table. */
  load(trunk: TrunkNode): void {
    trunk.command(
      { kind: 'snapshotBegin' },
      { kind: 'snapshotRows', json: JSON.stringify(this.#rows) },
      { kind: 'snapshotEnd', revision: this.#revision },
    );
  }

  /** Changes settings at both trunk servers. */
  change(...changes: readonly RoutingChange[]): void {
    this.#revision += 1;
    this.#rows = [...this.#rows, ...changes];
    for (const trunk of this.trunks) trunk.command({ kind: 'change', revision: this.#revision, changes });
  }

  /** Registers and waits until that is done. */
  register(trunk = this.here, pbx = this.pbx, options: Parameters<Pbx['register']>[1] = {}): Registering {
    const registering = pbx.register(trunk.place, options);
    this.run(REGISTERING);
    if (registering.status !== 200) throw new Error(`REGISTER was answered ${registering.status}`);
    return registering;
  }

  /** The carrier calls the DID. */
  call(options: CallOptions = {}, number = DID): OutgoingCall {
    return this.carrier.call(this.here.place, number, options);
  }

  run(duration: Millis): void {
    this.network.run(duration);
  }

  /** Lets everything come to its end. */
  settle(): void {
    this.run(600_000);
  }

  /** Everything on the wire of the carrier's calls, as it was sent. */
  wire(): readonly OnWire[] {
    const { trace } = this.network;
    const start = this.#callArrived();
    return trace.flatMap((sent) => onWire(sent, start) ?? []);
  }

  requests(method: string, from?: string, to?: string): readonly OnWire<SipRequest>[] {
    return this.wire().flatMap(({ message, ...rest }) =>
      message.kind === 'request' &&
      message.method === method &&
      (from === undefined || rest.from === from) &&
      (to === undefined || rest.to === to)
        ? [{ message, ...rest }]
        : [],
    );
  }

  responses(status: number, from?: string, to?: string): readonly OnWire<SipResponse>[] {
    return this.wire().flatMap(({ message, ...rest }) =>
      message.kind === 'response' &&
      message.status === status &&
      (from === undefined || rest.from === from) &&
      (to === undefined || rest.to === to)
        ? [{ message, ...rest }]
        : [],
    );
  }

  /** The requests that trunk servers sent, with times: `['0 INVITE pbx', '500 INVITE pbx', …]`. */
  sent(...methods: readonly string[]): readonly string[] {
    return this.wire().flatMap(({ at, from, to, message }) =>
      message.kind === 'request' && isTrunk(from) && methods.includes(message.method)
        ? [`${at} ${message.method} ${this.#role(to)}`]
        : [],
    );
  }

  /** The INVITEs that trunk servers sent, with times. */
  invites(): readonly string[] {
    return this.sent('INVITE').map((line) => line.replace('INVITE ', ''));
  }

  /** Whom trunk servers sent INVITEs to, in order, retransmissions left out. */
  tried(): readonly string[] {
    const seen = new Set<string>();
    return this.requests('INVITE').flatMap(({ from, to, message }) => {
      const key = message.via.branch ?? '';
      if (seen.has(key) || !isTrunk(from)) return [];
      seen.add(key);
      return [this.#role(to)];
    });
  }

  /** The last INVITE that went to a node. */
  inviteTo(name: string): SipRequest {
    const sent = this.requests('INVITE', undefined, name).at(-1);
    if (sent === undefined) throw new Error(`no INVITE went to ${name}`);
    return sent.message;
  }

  /** The one call record at the trunk server that the carrier called. */
  record(): CallRecord {
    const [record] = this.here.records;
    if (record === undefined || this.here.records.length > 1) {
      throw new Error(`${this.here.name} has ${this.here.records.length} call records, not one`);
    }
    return record;
  }

  /** What became of the attempts, for comparing: `['registered noResponse silent', 'number answered']`. */
  attempts(record = this.record()): readonly string[] {
    return record.attempts.map(({ reason, outcome }) => {
      const detail =
        outcome.kind === 'rejected' ? ` ${outcome.status}` : 'cause' in outcome ? ` ${outcome.cause}` : '';
      return `${reason.kind} ${outcome.kind}${detail}`;
    });
  }

  #role(name: string): string {
    return name === this.other.name ? 'other' : name === this.here.name ? 'here' : name;
  }

  #callArrived(): Millis {
    const first = this.network.trace.find(
      ({ from, text }) => from === 'carrier' && text.startsWith('INVITE '),
    );
    return first === undefined ? this.network.now : first.at + this.network.quality.latency;
  }
}

function onWire(sent: Sent, start: Millis): OnWire | undefined {
  const { message } = sent;
  if (message.kind !== 'request' && message.kind !== 'response') return undefined;
  return { at: sent.at - start, from: sent.from, to: sent.to, message };
}

function isTrunk(name: string): boolean {
  return name.startsWith('trunk');
}
