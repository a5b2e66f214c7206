import { expect } from 'vitest';
import { rejects, ringsThen } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ADDRESSES, at, phoneGateway, toNumber } from './settings.ts';
import type { Stand } from './stand.ts';

const backup = (text: string) => ({
  failover: { backup: { kind: 'address', address: at(text) } as const, number: toNumber },
});

const ZONE = 'pbx.customer.example';

function srv(stand: Stand, ...targets: readonly (readonly [string, number, number])[]) {
  stand.network.setDns('SRV', `_sip._udp.${ZONE}`, {
    kind: 'srv',
    records: targets.map(([target, port, priority]) => ({ target, port, priority, weight: 1 })),
  });
}

function addresses(stand: Stand, name: string, ...list: readonly string[]) {
  stand.network.setDns('A', name, { kind: 'addresses', addresses: list });
}

// Design, section 2: "Where a backup may point."
atBothTrunkServers((scenario) => {
  scenario('a backup by name without SRV: its A record, port 5060', backup(ZONE), (stand) => {
    addresses(stand, ZONE, ADDRESSES.backup);
    stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['16 backup']);
    expect(stand.backup.leg.invite.uri).toBe(`sip:2125550142@${ZONE}`);
  });

  scenario('a backup by name with SRV: the SRV record wins over the A record', backup(ZONE), (stand) => {
    const srvTarget = stand.phone({ name: 'srv-pbx', address: '203.0.113.60', port: 5080 });
    addresses(stand, ZONE, ADDRESSES.backup);
    srv(stand, ['a.customer.example', 5080, 1]);
    addresses(stand, 'a.customer.example', '203.0.113.60');
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['srv-pbx']);
    expect(call.finals).toEqual([200]);
    expect(srvTarget.leg.acknowledged).toBe(true);
  });

  scenario('a backup by name with a port: no SRV is asked for', backup(`${ZONE}:5070`), (stand) => {
    const ported = stand.phone({ name: 'ported', address: '203.0.113.60', port: 5070 });
    srv(stand, ['elsewhere.customer.example', 5080, 1]);
    addresses(stand, ZONE, '203.0.113.60');
    stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['8 ported']);
    expect(ported.leg.invite.uri).toBe(`sip:2125550142@${ZONE}:5070`);
  });

  scenario('SRV by priority; the next target when one refuses', backup(ZONE), (stand) => {
    const first = stand.phone({ name: 'first', address: '203.0.113.60' });
    stand.phone({ name: 'second', address: '203.0.113.61' });
    first.behaviour = rejects(503);
    srv(stand, ['b.customer.example', 5060, 2], ['a.customer.example', 5060, 1]);
    addresses(stand, 'a.customer.example', '203.0.113.60');
    addresses(stand, 'b.customer.example', '203.0.113.61');
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['first', 'second']);
    expect(call.finals).toEqual([200]);
    // The record says which address of the name it was.
    expect(stand.here.records.at(-1)?.attempts.slice(-2)).toMatchObject([
      { target: `sip:${ZONE} at 203.0.113.60:5060`, outcome: { status: 503 } },
      { target: `sip:${ZONE} at 203.0.113.61:5060`, outcome: { kind: 'answered' } },
    ]);
  });

  for (const [what, prepare, within] of [
    ['the name does not exist', () => {}, 20],
    [
      'the DNS says that it cannot tell',
      (stand: Stand) => {
        for (const type of ['SRV', 'A'] as const) {
          const name = type === 'SRV' ? `_sip._udp.${ZONE}` : ZONE;
          stand.network.setDns(type, name, { kind: 'failed', cause: 'serverFailure' });
        }
      },
      20,
    ],
    [
      'the DNS never answers',
      (stand: Stand) => {
        stand.network.setDns('SRV', `_sip._udp.${ZONE}`, 'silent');
      },
      2_500,
    ],
    ['the domain says that it has no SIP service', (stand: Stand) => srv(stand, ['', 0, 0]), 20],
  ] as const) {
    scenario(`${what}: on to the next attempt`, backup(ZONE), (stand) => {
      prepare(stand);
      const call = stand.call();
      stand.run(5_000);
      expect(stand.tried()).toEqual(['gateway']);
      const [at] = stand.requests('INVITE', stand.here.name).map((sent) => sent.at);
      expect(at).toBeLessThanOrEqual(within);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()).toEqual([
        'registered skipped notRegistered',
        'backup unreachable dns',
        'number answered',
      ]);
    });
  }

  scenario('an answer of the DNS that comes after we have gone on changes nothing', backup(ZONE), (stand) => {
    addresses(stand, ZONE, ADDRESSES.backup);
    stand.network.setDns('SRV', `_sip._udp.${ZONE}`, { kind: 'none' }, 3_000);
    stand.gateway.behaviour = ringsThen(200, 5_000);
    const call = stand.call();
    stand.run(20_000);
    expect(stand.invites()).toEqual(['2500 gateway']);
    expect(call.finals).toEqual([200]);
    expect(stand.attempts()).toEqual([
      'registered skipped notRegistered',
      'backup unreachable dns',
      'number answered',
    ]);
  });

  for (const [what, address] of [
    ['private', '10.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['link-local', '169.254.3.3'],
    ['multicast', '224.0.0.5'],
    ['CGNAT', '100.64.1.1'],
    ['cloud metadata', '169.254.169.254'],
    ['our own', ADDRESSES.trunk1],
    ['our own', ADDRESSES.trunk2],
  ] as const) {
    scenario(`refused when it is resolved: ${what} (${address})`, backup(ZONE), (stand) => {
      addresses(stand, ZONE, address);
      const call = stand.call();
      stand.run(5_000);
      expect(stand.tried()).toEqual(['gateway']);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()[1]).toBe('backup unreachable addressNotAllowed');
    });

    scenario(`refused at call time although it was saved: ${what} (${address})`, backup(address), (stand) => {
      stand.call();
      stand.run(5_000);
      expect(stand.tried()).toEqual(['gateway']);
      expect(stand.attempts()[1]).toBe('backup skipped notAllowed');
    });
  }

  scenario('of several addresses those are called that are allowed', backup(ZONE), (stand) => {
    addresses(stand, ZONE, '10.0.0.1', ADDRESSES.backup);
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['backup']);
    expect(call.finals).toEqual([200]);
  });

  scenario(
    'a range that the operator has allowed may be called',
    {
      ...backup('10.1.2.3'),
      policy: { allowedRanges: ['10.1.0.0/16', '198.51.100.0/24'] },
    },
    (stand) => {
      stand.phone({ name: 'inside', address: '10.1.2.3' });
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['inside']);
    },
  );

  scenario(
    'the operator takes the range back: the next call is refused',
    {
      ...backup('10.1.2.3'),
      policy: { allowedRanges: ['10.1.0.0/16', '198.51.100.0/24'] },
    },
    (stand) => {
      stand.phone({ name: 'inside', address: '10.1.2.3' });
      stand.call();
      stand.run(1_000);
      stand.change({
        kind: 'policy',
        policy: {
          homeCountry: 'US',
          allowedCountries: [],
          blockedPrefixes: [],
          allowedRanges: [],
          maxDiversions: 5,
        },
      });
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['inside', 'gateway']);
    },
  );

  scenario(
    'a backup over a transport that we do not have is skipped',
    backup(`203.0.113.8;transport=tls`),
    (stand) => {
      stand.call();
      stand.run(1_000);
      expect(stand.attempts()[1]).toBe('backup skipped transportNotSupported');
      expect(stand.tried()).toEqual(['gateway']);
    },
  );

  scenario(
    'an IPv6 backup is skipped by a trunk server on IPv4: on to the number',
    backup('[2606:4700::5]'),
    (stand) => {
      stand.call();
      stand.run(5_000);
      expect(stand.attempts()[1]).toBe('backup skipped transportNotSupported');
      expect(stand.tried()).toEqual(['gateway']);
    },
  );

  scenario('IPv4 written as IPv6 is IPv4', backup(`[::ffff:${ADDRESSES.backup}]`), (stand) => {
    stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['backup']);
  });

  scenario(
    'an IPv6 gateway is skipped by a trunk server on IPv4: on to the next one',
    {
      failover: { number: toNumber },
      gateways: [
        phoneGateway('far', { address: at('[2606:4700::5]'), priority: 0 }),
        phoneGateway('gateway'),
      ],
    },
    (stand) => {
      stand.call();
      stand.run(1_000);
      expect(stand.attempts()[1]).toBe('number skipped transportNotSupported');
      expect(stand.tried()).toEqual(['gateway']);
    },
  );
});
