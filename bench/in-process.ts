import type { Millis } from '../src/base/clock.ts';
import type { Flow } from '../src/base/flow.ts';
import type { Random } from '../src/base/random.ts';
import { DEFAULT_DELIVERY } from '../src/domain/delivery-settings.ts';
import { accountId, gatewayId, trunkServerId } from '../src/domain/ids.ts';
import type { TrunkServerHost } from '../src/edge/host.ts';
import { TrunkServer } from '../src/edge/trunk-server.ts';
import type { EdgeStart } from '../src/link/messages.ts';
import type { RoutingChange } from '../src/link/routing.ts';
import { SipRequest, type SipResponse } from '../src/sip/message/message.ts';
import { CARRIER, dialled, EDGE, failoverNumber, PBX, REALM, username } from './address-plan.ts';
import { e164, seededTrunkGroup } from './seed.ts';
import { filled, messagesOf, parsed } from './sipp-messages.ts';

/** One datagram that comes in, at its time. */
interface Datagram {
  readonly at: Millis;
  readonly from: typeof CARRIER;
  readonly text: string;
  /** As `replayTimed` names it. */
  readonly what: string;
}

/** Between two calls: so few that in the end as many calls end as begin. */
const SPACING: Millis = 40;
const START: Millis = 1_800_000_000_000;
/** 64*T1: so long a late 2xx, or an INVITE that comes again, finds its transaction (RFC 6026). */
const KEPT_FOR: Millis = 32_000;
/** So many calls end within `KEPT_FOR`. */
export const CALLS_KEPT = KEPT_FOR / SPACING;
/** After this nothing of a call is left. */
const ALL_TIMERS: Millis = 40_000;

/**
 * Calls of W1 through the real trunk server, without sockets and in virtual time. They are played once to learn
 * what the other side answers; after that the same datagrams can be put through a new trunk server again and
 * again, with no work beside its own.
 */
export class RecordedCalls {
  readonly calls: number;
  readonly #datagrams: readonly Datagram[];

  constructor(calls: number) {
    this.calls = calls;
    this.#datagrams = record(calls);
  }

  /**
   * Puts all of them through a fresh trunk server and gives it back as it is then, with what it keeps of the calls
   * of the last `KEPT_FOR` milliseconds. Each datagram is a text of its own, as from a socket.
   */
  replayAndKeep(): TrunkServer {
    const server = newTrunkServer(new Sink());
    for (const { at, from, text } of this.#datagrams) {
      const datagram = Buffer.from(text, 'latin1').toString('latin1');
      server.advance(at);
      server.receive(datagram, server.flows.of(from.address, from.port), at);
    }
    return server;
  }

  /**
   * Puts all of them through a fresh trunk server, with `before` before each datagram, and tells how long each took,
   * in µs, by what it is: the method of a request; the status of a response and the method that it answers.
   */
  replayTimed(before: () => void): ReadonlyMap<string, number[]> {
    const server = newTrunkServer(new Sink());
    const times = new Map<string, number[]>();
    for (const { at, from, text, what } of this.#datagrams) {
      server.advance(at);
      before();
      const start = performance.now();
      server.receive(text, server.flows.of(from.address, from.port), at);
      const micros = (performance.now() - start) * 1_000;
      const known = times.get(what);
      if (known === undefined) times.set(what, [micros]);
      else known.push(micros);
    }
    return times;
  }

  /** Puts all of them through a fresh trunk server; timers run, and in the end nothing is left of any call. */
  replay(): void {
    const host = new Sink();
    const server = newTrunkServer(host);
    for (const { at, from, text } of this.#datagrams) {
      server.advance(at);
      server.receive(text, server.flows.of(from.address, from.port), at);
    }
    const last = this.#datagrams.at(-1)?.at ?? START;
    server.advance(last + ALL_TIMERS);
    const { calls, callsInProgress, discarded, transactions } = server.health(0);
    if (calls !== this.calls || callsInProgress + discarded + transactions !== 0 || host.records < calls) {
      throw new Error('the replayed calls did not go as the recorded ones');
    }
  }
}

function record(calls: number): readonly Datagram[] {
  const carrier = messagesOf('carrier_uac');
  const pbx = messagesOf('uas_answer');
  const datagrams: Datagram[] = [];
  const sent: { readonly flow: Flow; readonly text: string }[] = [];
  const host = new Sink((flow, text) => sent.push({ flow, text }));
  const server = newTrunkServer(host);
  const put = (from: typeof CARRIER, text: string, at: Millis): void => {
    // As it comes from a socket: in one piece.
    const flat = Buffer.from(text, 'latin1').toString('latin1');
    const datagram = { at, from, text: flat, what: whatIs(parsed(flat)) };
    datagrams.push(datagram);
    sent.length = 0;
    server.advance(at);
    server.receive(datagram.text, server.flows.of(from.address, from.port), at);
  };
  const went = (to: typeof CARRIER, start: string) => {
    const found = sent.find(
      ({ flow, text }) => flow.address === to.address && flow.port === to.port && text.startsWith(start),
    );
    if (found === undefined) {
      throw new Error(`nothing that begins with ${start} went to ${to.address}: ${JSON.stringify(sent)}`);
    }
    return parsed(found.text);
  };
  for (let call = 0; call < calls; call += 1) {
    const at = START + call * SPACING;
    const uac = { local: CARRIER, remote: EDGE, call, more: { field0: dialled(1) } };
    const uas = { local: PBX, remote: EDGE, call, branch: '' };
    put(CARRIER, filled(carrier[0] ?? '', { ...uac, branch: `z9hG4bK-4711-${call}-0` }), at);
    const invite = went(PBX, 'INVITE');
    put(PBX, filled(pbx[0] ?? '', { ...uas, last: invite }), at + 1);
    put(PBX, filled(pbx[1] ?? '', { ...uas, last: invite }), at + 2);
    put(PBX, filled(pbx[2] ?? '', { ...uas, last: invite }), at + 3);
    const last = went(CARRIER, 'SIP/2.0 200');
    put(CARRIER, filled(carrier[1] ?? '', { ...uac, branch: `z9hG4bK-4711-${call}-5`, last }), at + 4);
    went(PBX, 'ACK');
    put(CARRIER, filled(carrier[2] ?? '', { ...uac, branch: `z9hG4bK-4711-${call}-7`, last }), at + 20);
    put(PBX, filled(pbx[3] ?? '', { ...uas, last: went(PBX, 'BYE') }), at + 21);
    went(CARRIER, 'SIP/2.0 200');
  }
  return datagrams;
}

function whatIs(message: SipRequest | SipResponse): string {
  return message instanceof SipRequest ? message.method : `${message.status} to ${message.cseqMethod}`;
}

/** The trunk server's host where nothing leaves the process. What is sent is written out as for a socket. */
class Sink implements TrunkServerHost {
  records = 0;
  readonly #buffer = Buffer.alloc(65_536);
  readonly #seen: ((flow: Flow, text: string) => void) | undefined;

  constructor(seen?: (flow: Flow, text: string) => void) {
    this.#seen = seen;
  }

  send(flow: Flow, text: string): void {
    this.#buffer.write(text, 0, 'latin1');
    this.#seen?.(flow, text);
  }

  spool(events: readonly unknown[]) {
    this.records += events.length;
    return { kept: events.length, again: false };
  }

  ask(): void {
    throw new Error('a call of the benchmark asks no DNS');
  }

  probe(): void {
    throw new Error('a call of the benchmark is answered before anybody is probed');
  }

  postpone(): void {}

  receivePostponed(): void {}

  post(): void {}
}

/** Chosen at random, and always the same. */
class FixedRandom implements Random {
  token(length: number): string {
    return 'm3kQ9vX2'.repeat(length).slice(0, length);
  }

  fraction(): number {
    return 0.5;
  }
}

const EDGE_START: EdgeStart = {
  self: { id: trunkServerId('trunk1'), ...EDGE },
  peers: [],
  realm: REALM,
  digestAlgorithms: ['MD5', 'SHA-256'],
  signingKey: 'the key of the benchmark, and of nothing else',
  sealingKey: '00'.repeat(32),
  registrationExpiry: { min: 60, max: 3_600, default: 3_600 },
  spoolFolder: '',
  nameServers: [],
};

/** With one account, whose PBX is registered, and one gateway. */
function newTrunkServer(host: TrunkServerHost): TrunkServer {
  const server = new TrunkServer(EDGE_START, host, new FixedRandom());
  const account = accountId('acc_1');
  const trunkGroup = seededTrunkGroup(1);
  const rows: readonly RoutingChange[] = [
    {
      kind: 'account',
      account: {
        id: account,
        name: 'Account 1',
        suspended: false,
        didFormat: '10-digits',
        delivery: DEFAULT_DELIVERY,
      },
    },
    {
      kind: 'trunkGroup',
      trunkGroup: {
        id: trunkGroup,
        account,
        name: 'PBX',
        username: username(1),
        ha1: { md5: '', sha256: '' },
      },
    },
    {
      kind: 'did',
      did: {
        number: e164(`+${dialled(1)}`),
        account,
        trunkGroup,
        failover: { number: e164(failoverNumber(1)) },
      },
    },
    {
      kind: 'gateway',
      gateway: {
        id: gatewayId('gw_1'),
        name: 'carrier',
        sources: [CARRIER.address],
        priority: 1,
        weight: 1,
        trusted: true,
      },
    },
  ];
  const binding = {
    trunkServer: EDGE_START.self.id,
    trunkGroup,
    contact: `sip:${username(1)}@${PBX.address}:${PBX.port};line=a1b2c3d4`,
    q: 1_000,
    registeredAt: START - 1,
    expiresAt: START * 2,
    callId: '1',
    cseq: 1,
    userAgent: 'FPBX-16.0.40(18.20.0)',
    source: { transport: 'UDP', ...PBX },
    behindNat: false,
    path: [],
  } as const;
  server.command({ kind: 'snapshotBegin' }, START - 1);
  server.command({ kind: 'snapshotRows', json: JSON.stringify(rows) }, START - 1);
  server.command({ kind: 'bindings', bindings: [binding] }, START - 1);
  server.command({ kind: 'snapshotEnd', revision: 1 }, START - 1);
  return server;
}
