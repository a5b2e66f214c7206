import type { Millis } from '../base/clock.ts';
import { type Flow, hostText } from '../base/flow.ts';
import type { PlannedAttempt } from '../domain/delivery.ts';
import type { Gateway } from '../domain/gateway.ts';
import type { TrunkServerId } from '../domain/ids.ts';
import { formatPbxAddress, type PbxAddress } from '../domain/pbx-address.ts';
import type { E164 } from '../domain/phone-number.ts';
import { formatHost } from '../sip/uri/host.ts';
import type { TrunkServer } from './trunk-server.ts';

/** One place that is called. */
export type Target =
  | {
      readonly kind: 'binding';
      readonly flow: Flow;
      readonly contact: string;
      /** In-dialog requests to this PBX go along the flow as well. */
      readonly behindNat: boolean;
      readonly path: readonly string[];
    }
  | {
      readonly kind: 'trunkServer';
      readonly flow: Flow;
      readonly id: TrunkServerId;
      readonly authority: string;
    }
  | { readonly kind: 'backup'; readonly flow: Flow; readonly authority: string }
  | { readonly kind: 'gateway'; readonly flow: Flow; readonly authority: string; readonly gateway: Gateway };

/** A target whose address must be found first (RFC 3263). One of these can become several targets. */
export interface Unlocated {
  readonly kind: 'unlocated';
  readonly address: PbxAddress;
  /** Absent: it is the backup. */
  readonly gateway: Gateway | undefined;
}

/** An address that has been found, as what is called there: a gateway, or the backup where there is none. */
export function targetAt(
  { flow, authority }: { readonly flow: Flow; readonly authority: string },
  gateway: Gateway | undefined,
): Target {
  return gateway === undefined
    ? { kind: 'backup', flow, authority }
    : { kind: 'gateway', flow, authority, gateway };
}

/** host[:port] of an address, as it stands in a URI. */
export function authorityOf(address: PbxAddress): string {
  const host = formatHost(address.host);
  return address.port === undefined ? host : `${host}:${address.port}`;
}

/** The target as call records name it. `number`: what is dialled over a gateway. */
export function describeTarget(target: Target | Unlocated, number: E164 | undefined): string {
  switch (target.kind) {
    case 'binding':
      return target.contact;
    case 'trunkServer':
      return target.id;
    case 'backup':
      return placeOf(target.authority, target.flow);
    case 'gateway':
      return `${number ?? ''} over ${target.gateway.name} (${placeOf(target.authority, target.flow)})`;
    case 'unlocated': {
      const place = `sip:${formatPbxAddress(target.address)}`;
      return target.gateway === undefined ? place : `${number ?? ''} over ${target.gateway.name} (${place})`;
    }
  }
}

/** Of a name also where it led: it can have several addresses, and they fail each by itself. */
function placeOf(authority: string, { address, port }: Flow): string {
  const host = hostText(address);
  return authority.startsWith(host) ? `sip:${authority}` : `sip:${authority} at ${host}:${port}`;
}

/** What an attempt of a plan calls, as of now: the bindings, addresses and gateways behind it, in order. */
export function targetsOf(attempt: PlannedAttempt, server: TrunkServer, now: Millis): (Target | Unlocated)[] {
  const { target } = attempt;
  switch (target.kind) {
    case 'bindings':
      return server.registrations.targets(target.trunkGroup, now);
    case 'trunkServer': {
      const peer = server.peers.target(target.trunkServer);
      return peer === undefined ? [] : [peer];
    }
    case 'address':
      return [literalTarget(target.address, undefined, server)];
    case 'number': {
      const found: (Target | Unlocated)[] = [];
      for (const id of target.gateways) {
        const gateway = server.table.gateways.get(id);
        if (gateway?.address === undefined) continue;
        found.push(literalTarget(gateway.address, gateway, server));
      }
      return found;
    }
  }
}

/** Known at once where the address is no name and may be called. */
function literalTarget(
  address: PbxAddress,
  gateway: Gateway | undefined,
  server: TrunkServer,
): Target | Unlocated {
  const place = server.locator.literal(address, server.policyFor(gateway));
  return place === undefined ? { kind: 'unlocated', address, gateway } : targetAt(place, gateway);
}
