import type { Millis } from '../base/clock.ts';
import { type Flow, hostText, UdpFlows } from '../base/flow.ts';
import type { Random } from '../base/random.ts';
import { Timers } from '../base/timers.ts';
import type { AddressPolicy } from '../domain/address-policy.ts';
import type { PlannedAttempt } from '../domain/delivery.ts';
import type { Gateway } from '../domain/gateway.ts';
import type { CallId } from '../domain/ids.ts';
import type { PbxAddress } from '../domain/pbx-address.ts';
import type { EdgeHealth, EdgeStart, ToEdge } from '../link/messages.ts';
import type { AddressFamily } from '../sip/locate/targets.ts';
import type { SipRequest } from '../sip/message/message.ts';
import { parseMessage } from '../sip/message/parse.ts';
import { stampReceived } from '../sip/message/received.ts';
import { buildResponse } from '../sip/message/response.ts';
import type { Branch } from '../sip/proxy/branch.ts';
import { BranchIds } from '../sip/proxy/branch-ids.ts';
import { loopHash } from '../sip/proxy/loop.ts';
import type { OwnMessages } from '../sip/proxy/unwanted-answer.ts';
import { TransactionLayer } from '../sip/transaction/layer.ts';
import { DEFAULT_TIMINGS } from '../sip/transaction/timings.ts';
import type { SipUri } from '../sip/uri/sip-uri.ts';
import type { OwnAddress } from './branch-text.ts';
import { CallIds } from './call-ids.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery, DeliveryOffice } from './delivery.ts';
import type { TrunkServerHost } from './host.ts';
import type { IncomingCall } from './incoming-call.ts';
import { type Located, Locator } from './locator.ts';
import { NumberLegs } from './number-legs.ts';
import { type ReadRoute, readRoute } from './own-route.ts';
import { Peers } from './peers.ts';
import { planNow } from './plan-query.ts';
import { Probes } from './probes.ts';
import { RegisterBatches } from './register-batches.ts';
import { Registrations } from './registrations.ts';
import { RequestHandler } from './request-handler.ts';
import { RoutingFeed } from './routing-feed.ts';
import type { RoutingTable } from './routing-table.ts';
import { SignedRoutes } from './signed-routes.ts';
import { Spooler } from './spooler.ts';
import { Tally } from './tally.ts';
import { type Target, targetsOf, type Unlocated } from './targets.ts';
import { Unhurried } from './unhurried.ts';

/**
 * One trunk server: its transactions, location service, routing table and the calls in delivery. Does no I/O
 * and reads no clock: its host feeds it datagrams, commands and the time.
 */
export class TrunkServer implements DeliveryOffice {
  readonly start: EdgeStart;
  readonly random: Random;
  readonly layer: TransactionLayer;
  readonly own: OwnAddress;
  readonly ownMessages: OwnMessages;
  /** What its socket can send to. */
  readonly family: AddressFamily;
  readonly signed: SignedRoutes;
  readonly registrations: Registrations;
  readonly legs: NumberLegs;
  readonly tally = new Tally();
  readonly spooler: Spooler;
  readonly flows: UdpFlows;
  readonly peers: Peers;
  readonly locator: Locator;
  readonly #host: TrunkServerHost;
  readonly #timers: Timers;
  /** Apart from the SIP timers, so that a count of those tells of leaks. */
  readonly #housekeeping = new Timers();
  readonly #branchIds: BranchIds;
  readonly #boot: string;
  readonly #feed: RoutingFeed;
  readonly #handler: RequestHandler;
  readonly #deliveries = new Deliveries();
  readonly #probes: Probes;
  readonly #registers: RegisterBatches;
  readonly #unhurried: Unhurried;
  #routed: { readonly request: SipRequest; readonly route: ReadRoute } | undefined;
  readonly #callIds: CallIds;
  #counter = 0;
  #datagramsIn = 0;
  #datagramsOut = 0;
  #discarded = 0;

  /** `timerPatience`: how late transactions may end, so that not each of them wakes the host. */
  constructor(start: EdgeStart, host: TrunkServerHost, random: Random, timerPatience: Millis = 0) {
    this.start = start;
    this.#timers = new Timers(timerPatience);
    this.random = random;
    this.#host = host;
    const seed = Math.floor(random.fraction() * 2 ** 32) | 0;
    this.flows = new UdpFlows(seed);
    this.peers = new Peers(start.self, start.peers, this.flows);
    const { address, port } = start.self;
    this.family = address.includes(':') ? 'ipv6' : 'ipv4';
    this.ownMessages = {
      via: `SIP/2.0/UDP ${hostText(address)}:${port};rport`,
      newBranch: () => this.newBranch(0),
      newTag: () => this.newTag(),
    };
    this.own = { authority: `${hostText(address)}:${port}`, host: hostText(address) };
    this.#boot = random.token(8).replaceAll('.', '-');
    this.#branchIds = new BranchIds(this.#boot);
    this.#callIds = new CallIds(this.#boot);
    this.signed = new SignedRoutes(start.signingKey);
    this.spooler = new Spooler(this.#housekeeping, (events) => host.spool(events));
    this.legs = new NumberLegs(this.#housekeeping, (counts) => host.post({ kind: 'numberLegs', counts }));
    this.#feed = new RoutingFeed(this.peers.places, (message) => host.post(message));
    this.registrations = new Registrations(
      start,
      this.peers,
      this.flows,
      random,
      this.spooler,
      this.#housekeeping,
      (message) => host.post(message),
    );
    this.#registers = new RegisterBatches({
      timers: this.#housekeeping,
      output: this,
      receive: (text, source, now) => this.#receive(text, source, now),
      keep: () => this.spooler.keep(),
    });
    this.#unhurried = new Unhurried({
      timers: this.#housekeeping,
      host,
      receive: (text, source, now) => this.#receive(text, source, now),
      ticked: (now) => this.#registers.work(now),
    });
    this.locator = new Locator(host, this.flows, random, [this.family]);
    this.#probes = new Probes((flow) => host.probe(flow));
    this.#handler = new RequestHandler(this);
    this.layer = new TransactionLayer(
      {
        output: { send: (flow, text) => this.send(flow, text) },
        timers: this.#timers,
        timings: DEFAULT_TIMINGS,
        flows: this.flows,
        seed,
      },
      this.#handler,
    );
  }

  get table(): RoutingTable {
    return this.#feed.table;
  }

  /** A datagram came; `text` is its bytes as latin1. */
  receive(text: string, source: Flow, now: Millis): void {
    this.#datagramsIn += 1;
    // A 404 or 403 while the routing table is still coming in would be wrong; what is not answered comes again.
    if (!this.#feed.ready) return;
    if (text.startsWith('REGISTER ')) {
      this.#unhurried.count(now);
      this.#registers.add(text, source, now);
    } else if (!this.#unhurried.takes(text, source, now)) this.#receive(text, source, now);
  }

  /** What had come is received. What could wait for that finds its code in the caches now. */
  allReceived(now: Millis): void {
    this.#unhurried.work(now);
  }

  #receive(text: string, source: Flow, now: Millis): void {
    const message = parseMessage(text);
    switch (message.kind) {
      case 'request':
        // One that came behind empty lines.
        if (message.method === 'REGISTER' && !this.#registers.working) {
          this.#registers.add(text, source, now);
          return;
        }
        // It must not overtake what belongs to its dialog.
        if (message.toTag !== undefined) this.#unhurried.work(now);
        this.layer.receiveRequest(message, source, now);
        return;
      case 'response':
        this.layer.receiveResponse(message, source, now);
        return;
      case 'badRequest': {
        const { request, status, reason } = message;
        const topVia = stampReceived(request, source.address, source.port);
        const options = { reason, topVia, toTag: this.newTag() };
        this.send(this.layer.responseFlow(request.via, source), buildResponse(request, status, options));
        return;
      }
      case 'discard':
        this.#discarded += 1;
        return;
    }
  }

  /**
   * Nothing listens at `flow`, or nothing can be sent there: the branches that have heard nothing from it have
   * failed (18.4).
   */
  refused(flow: Flow, now: Millis): void {
    this.#probes.refused(flow, now);
    for (const delivery of this.#deliveries.values()) delivery.refused(flow, now);
  }

  command(message: ToEdge, now: Millis): void {
    switch (message.kind) {
      case 'bindings':
        this.registrations.restore(message.bindings, now);
        return;
      case 'numberLegs':
        this.legs.heard(message.trunkServer, message.counts, message.anew);
        return;
      case 'peers':
        this.peers.replace(message.peers);
        this.#feed.trunkServersAre(this.peers.places);
        this.legs.othersAre(this.peers.ids);
        return;
      case 'planQuery':
        this.#host.post({
          kind: 'planAnswer',
          query: message.query,
          answer: planNow(this, message.did, now),
        });
        return;
      case 'spoolConsumed':
      case 'stop':
        return;
      default:
        this.#feed.receive(message, now);
    }
  }

  /** When `advance` must be called next; it may be that nothing is due then any more. */
  nextDeadline(): Millis | undefined {
    const next = Math.min(this.#timers.notBefore, this.#housekeeping.notBefore);
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  advance(now: Millis): void {
    this.#timers.advance(now);
    this.#housekeeping.advance(now);
  }

  send(flow: Flow, text: string): void {
    if (this.#registers.holds(flow, text)) return;
    this.#datagramsOut += 1;
    this.#host.send(flow, text);
  }

  /** What the Route set of a request says. It is asked for more than once, and a signature costs to check. */
  routeOf(request: SipRequest, now: Millis): ReadRoute {
    if (this.#routed?.request !== request) this.#routed = { request, route: readRoute(request, this, now) };
    return this.#routed.route;
  }

  newBranch(loopHash: number): string {
    return this.#branchIds.next(loopHash);
  }

  newTag(): string {
    this.#counter += 1;
    return `${this.#boot}${this.#counter.toString(36)}`;
  }

  /** §8.2.7: the same To tag for every copy of a request that is answered statelessly. */
  statelessTag(request: SipRequest): string {
    return `${this.#boot}${loopHash(request)}`;
  }

  newCallId(): CallId {
    return this.#callIds.next();
  }

  /** True for the address of a gateway or another trunk server. */
  knows(address: string): boolean {
    return this.table.sources.find(address) !== undefined || this.peers.has(address);
  }

  targetsOf(attempt: PlannedAttempt, now: Millis): (Target | Unlocated)[] {
    return targetsOf(attempt, this, now);
  }

  /** The operator chose the gateways, the customer the backups: only those are held against the policy. */
  policyFor(gateway: Gateway | undefined): AddressPolicy | undefined {
    return gateway === undefined ? this.table.addressPolicy : undefined;
  }

  locate(target: Unlocated, located: (result: Located, now: Millis) => void, now: Millis): void {
    this.locator.locate(target.address, this.policyFor(target.gateway), located, now);
  }

  /** The flow to a URI of a dialog, where there is nothing to look up: nearly always it has an address. */
  flowAt(uri: SipUri | undefined): Flow | undefined {
    const host = uri?.host;
    return host?.kind === 'ipv4' && this.family === 'ipv4'
      ? this.peers.flowTo(host.address, uri?.port ?? 5060)
      : undefined;
  }

  /** Finds the flow towards a URI of a dialog. */
  locateUri(uri: SipUri, found: (flow: Flow | undefined, now: Millis) => void, now: Millis): void {
    const { host, port } = uri;
    const address: PbxAddress = port === undefined ? { host } : { host, port };
    this.locator.locate(
      address,
      undefined,
      (located, at) => found(located.ok ? located.value[0]?.flow : undefined, at),
      now,
    );
  }

  probe(branch: Branch, now: Millis): void {
    if (this.#probes.ask(branch.request.flow, now)) branch.refused(now);
  }

  numberLegStarted(call: IncomingCall, now: Millis): void {
    const number = this.#callIds.numberOf(call.id);
    if (number !== undefined) this.legs.start(number, call.account.id, now);
  }

  numberLegEnded(call: IncomingCall, now: Millis): void {
    const number = this.#callIds.numberOf(call.id);
    if (number !== undefined) this.legs.end(number, now);
  }

  /** A BYE has ended the call. */
  callEnded(call: CallId, now: Millis): void {
    const number = this.#callIds.numberOf(call);
    if (number !== undefined) {
      this.legs.end(number, now);
      this.tally.ended(number);
    }
    this.spooler.add({ kind: 'callEnded', call, at: now }, now);
  }

  /** A response to nothing that we sent is dropped (16.7 step 1 lets a stateful proxy do so). */
  strayResponse(): void {
    this.#discarded += 1;
  }

  /** Ends the calls that are still in delivery; established ones do not need us. */
  stop(now: Millis): void {
    this.#unhurried.work(now);
    this.#registers.work(now);
    for (const delivery of this.#deliveries.values()) delivery.stop(now);
    this.spooler.flush();
  }

  begun(delivery: Delivery): void {
    this.#deliveries.add(delivery);
  }

  finished(delivery: Delivery, now: Millis): void {
    this.#deliveries.remove(delivery);
    const { record } = delivery.log;
    if (record === undefined) return;
    const number = this.#callIds.numberOf(record.id);
    if (number !== undefined) this.tally.called(number, record);
    this.spooler.add({ kind: 'call', record }, now);
  }

  health(now: Millis): Omit<EdgeHealth, 'loopDelay'> {
    return {
      trunkServer: this.start.self.id,
      revision: this.table.revision,
      bindings: this.registrations.size,
      callsInProgress: this.#deliveries.size,
      transactions: this.layer.size,
      timers: this.#timers.running,
      calls: this.#callIds.made,
      datagramsIn: this.#datagramsIn,
      datagramsOut: this.#datagramsOut,
      discarded: this.#discarded,
      recordsLost: this.spooler.lost,
      counts: this.tally.counts(now),
    };
  }
}
