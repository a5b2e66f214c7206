import { createHash } from 'node:crypto';
import type { Account, Did, TrunkGroup } from '../../src/domain/account.ts';
import { DEFAULT_DELIVERY, type DeliverySettings } from '../../src/domain/delivery-settings.ts';
import type { FailoverSettings } from '../../src/domain/failover-settings.ts';
import type { Gateway } from '../../src/domain/gateway.ts';
import { accountId, gatewayId, trunkGroupId, trunkServerId } from '../../src/domain/ids.ts';
import { type PbxAddress, parsePbxAddress } from '../../src/domain/pbx-address.ts';
import { type E164, parseE164 } from '../../src/domain/phone-number.ts';
import type { EdgeStart } from '../../src/link/messages.ts';
import type { RoutingChange, RoutingPolicy } from '../../src/link/routing.ts';
import { SEALING_TEXT } from '../support/sealing-key.ts';

export const REALM = 'sip.throughline.example';
export const PASSWORD = 'correct horse';
export const DID = '+12125550142';
export const NUMBER = '+13125550199';
export const OTHER_NUMBER = '+14155550177';

/** The addresses of documentation (RFC 5737): the operator of the scenarios allows them. */
export const ADDRESSES = {
  trunk1: '192.0.2.1',
  trunk2: '192.0.2.2',
  trunk3: '192.0.2.3',
  carrier: '198.51.100.10',
  gateway: '198.51.100.20',
  gateway2: '198.51.100.21',
  pbx: '203.0.113.5',
  pbx2: '203.0.113.6',
  backup: '203.0.113.8',
  stranger: '203.0.113.250',
} as const;

/** What is set for one scenario; everything else is as it comes. */
export interface Settings {
  readonly account?: Partial<Account>;
  /** Of the account. */
  readonly failover?: FailoverSettings;
  readonly delivery?: Partial<DeliverySettings>;
  readonly did?: Partial<Did>;
  readonly gateways?: readonly Gateway[];
  readonly policy?: Partial<RoutingPolicy>;
  /** There is a trunk3 as well. */
  readonly third?: boolean;
  /** Rows behind all others. */
  readonly more?: readonly RoutingChange[];
}

export const ACCOUNT = accountId('acme');
export const GROUP = trunkGroupId('acme-main');
export const OTHER_GROUP = trunkGroupId('acme-branch');

export const carrier: Gateway = {
  id: gatewayId('carrier'),
  name: 'carrier',
  sources: [ADDRESSES.carrier],
  priority: 1,
  weight: 1,
  trusted: true,
};

/** A gateway that takes calls to phone numbers. */
export function phoneGateway(name: string, changes: Partial<Gateway> = {}): Gateway {
  return {
    id: gatewayId(name),
    name,
    sources: [],
    address: at(name === 'gateway2' ? ADDRESSES.gateway2 : ADDRESSES.gateway),
    priority: 1,
    weight: 1,
    trusted: true,
    ...changes,
  };
}

/** A PBX address from its text. */
export function at(text: string): PbxAddress {
  const address = parsePbxAddress(text);
  if (!address.ok) throw new Error(`not a PBX address: ${text}`);
  return address.value;
}

export function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(`not E.164: ${text}`);
  return number;
}

export const toBackup = { kind: 'address', address: at(ADDRESSES.backup) } as const;
export const toNumber = e164(NUMBER);

/** With the old password, too, until `until`. */
export function withOldPassword(group: TrunkGroup, password: string, until: number): TrunkGroup {
  return {
    ...group,
    oldHa1: { ...trunkGroup(group.id, group.username, group.account, password).ha1, until },
  };
}

export function trunkGroup(
  id = GROUP,
  username = 'acme',
  account = ACCOUNT,
  password = PASSWORD,
): TrunkGroup {
  const hash = (algorithm: string) =>
    createHash(algorithm).update(`${username}:${REALM}:${password}`).digest('hex');
  return { id, account, name: username, username, ha1: { md5: hash('md5'), sha256: hash('sha256') } };
}

/** The routing table of a scenario, as rows. */
export function rows(settings: Settings): readonly RoutingChange[] {
  const { failover, delivery, account, did, gateways, policy, more } = settings;
  return [
    {
      kind: 'policy',
      policy: {
        homeCountry: 'US',
        allowedCountries: [],
        blockedPrefixes: [],
        allowedRanges: ['203.0.113.0/24', '198.51.100.0/24'],
        maxDiversions: 5,
        ...policy,
      },
    },
    {
      kind: 'account',
      account: {
        id: ACCOUNT,
        name: 'Acme',
        suspended: false,
        didFormat: '10-digits',
        delivery: { ...DEFAULT_DELIVERY, ...delivery },
        ...(failover === undefined ? {} : { failover }),
        ...account,
      },
    },
    { kind: 'trunkGroup', trunkGroup: trunkGroup() },
    { kind: 'did', did: { number: e164(DID), account: ACCOUNT, trunkGroup: GROUP, ...did } },
    { kind: 'gateway', gateway: carrier },
    ...(gateways ?? [phoneGateway('gateway')]).map((gateway) => ({ kind: 'gateway', gateway }) as const),
    ...(more ?? []),
  ];
}

export const TRUNK_SERVERS = ['trunk1', 'trunk2'] as const;
export type TrunkName = (typeof TRUNK_SERVERS)[number];

export function edgeStart(name: TrunkName | 'trunk3', third: boolean): EdgeStart {
  const address = (id: TrunkName | 'trunk3') => ({
    id: trunkServerId(id),
    address: ADDRESSES[id],
    port: 5060,
  });
  const all = third ? ([...TRUNK_SERVERS, 'trunk3'] as const) : TRUNK_SERVERS;
  return {
    self: address(name),
    peers: all.filter((other) => other !== name).map(address),
    realm: REALM,
    digestAlgorithms: ['SHA-256', 'MD5'],
    signingKey: 'a key that only trunk servers know',
    sealingKey: SEALING_TEXT,
    registrationExpiry: { min: 60, max: 3_600, default: 3_600 },
    spoolFolder: '/nowhere',
    nameServers: [],
  };
}
