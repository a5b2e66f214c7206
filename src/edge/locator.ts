import type { Millis } from '../base/clock.ts';
import type { DnsQuestion } from '../base/dns.ts';
import type { Flow, UdpFlows } from '../base/flow.ts';
import type { Random } from '../base/random.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type AddressPolicy, addressAllowed } from '../domain/address-policy.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';
import type { PbxAddress } from '../domain/pbx-address.ts';
import { type LookupFailure, type LookupStep, TargetLookup } from '../sip/locate/target-lookup.ts';
import type { AddressFamily, Target } from '../sip/locate/targets.ts';
import type { TrunkServerHost } from './host.ts';
import { type LiteralPlace, LiteralPlaces } from './literal-places.ts';
import { authorityOf } from './targets.ts';

/** An address that may be called, and what stands for it in a Request-URI. */
interface Place {
  readonly flow: Flow;
  readonly authority: string;
}

export type Located = Result<readonly Place[], AttemptOutcome>;

type Done = (located: Located, now: Millis) => void;

/** Finds where an address leads (RFC 3263), and leaves out what the policy forbids. */
export class Locator {
  readonly #host: TrunkServerHost;
  readonly #flows: UdpFlows;
  readonly #random: Random;
  readonly #families: readonly AddressFamily[];
  readonly #backups = new LiteralPlaces((address, policy) => this.#literal(address, policy));
  readonly #gateways = new LiteralPlaces((address) => this.#literal(address, undefined));

  /** `families`: those that the trunk server's own socket can send to. */
  constructor(host: TrunkServerHost, flows: UdpFlows, random: Random, families: readonly AddressFamily[]) {
    this.#host = host;
    this.#flows = flows;
    this.#random = random;
    this.#families = families;
  }

  /**
   * Where an address leads for which no DNS is asked, if it may be called; undefined: `locate` tells more.
   * `policy`: absent where the operator chose the address.
   */
  literal(address: PbxAddress, policy: AddressPolicy | undefined): Place | undefined {
    const place = (policy === undefined ? this.#gateways : this.#backups).of(address, policy);
    return place === undefined ? undefined : this.#flowTo(place);
  }

  /** `policy`: absent where the operator chose the address. Calls back at once when no DNS is needed. */
  locate(address: PbxAddress, policy: AddressPolicy | undefined, done: Done, now: Millis): void {
    const lookup = this.#lookup(address);
    this.#follow(lookup, lookup.start(), { address, policy, done }, now);
  }

  #lookup(address: PbxAddress): TargetLookup {
    return new TargetLookup(address, { transports: ['UDP'], families: this.#families }, this.#random);
  }

  #literal(address: PbxAddress, policy: AddressPolicy | undefined): LiteralPlace | undefined {
    const step = this.#lookup(address).start();
    const [target] = step.kind === 'targets' ? step.targets : [];
    return target === undefined ? undefined : allowedPlace(target, address, policy);
  }

  #flowTo({ address, authority, port }: LiteralPlace): Place {
    return { flow: this.#flows.of(address, port), authority };
  }

  #follow(lookup: TargetLookup, step: LookupStep, request: LocateRequest, now: Millis): void {
    switch (step.kind) {
      case 'wait':
        return;
      case 'ask':
        for (const question of step.questions) this.#ask(lookup, question, request);
        return;
      case 'targets':
        request.done(this.#places(step.targets, request), now);
        return;
      case 'failed':
        request.done(err(outcomeOf(step.cause, request.address)), now);
        return;
    }
  }

  #ask(lookup: TargetLookup, question: DnsQuestion, request: LocateRequest): void {
    this.#host.ask(question, (answer, now) => {
      this.#follow(lookup, lookup.answered(question, answer), request, now);
    });
  }

  #places(targets: readonly Target[], request: LocateRequest): Located {
    const { address, policy } = request;
    const places: Place[] = [];
    for (const target of targets) {
      const place = allowedPlace(target, address, policy);
      if (place !== undefined) places.push(this.#flowTo(place));
    }
    return places.length > 0 ? ok(places) : err({ kind: 'unreachable', cause: 'addressNotAllowed' });
  }
}

interface LocateRequest {
  readonly address: PbxAddress;
  readonly policy: AddressPolicy | undefined;
  readonly done: Done;
}

/** Undefined where the policy forbids it. */
function allowedPlace(
  { address, port }: Target,
  asked: PbxAddress,
  policy: AddressPolicy | undefined,
): LiteralPlace | undefined {
  if (policy !== undefined && !addressAllowed(address, port, policy).ok) return undefined;
  return { address, port, authority: authorityOf(asked) };
}

function outcomeOf(failure: LookupFailure, { host }: PbxAddress): AttemptOutcome {
  // No DNS is asked about an address: it can only be of a family that the socket cannot send to.
  const otherFamily = failure.kind === 'noAddress' && host.kind !== 'name';
  return otherFamily || failure.kind === 'transportNotSupported'
    ? { kind: 'skipped', cause: 'transportNotSupported' }
    : { kind: 'unreachable', cause: 'dns' };
}
