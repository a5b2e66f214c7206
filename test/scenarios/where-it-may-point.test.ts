import { expect } from 'vitest';
import { answers, rejects, ringsThen, SILENT } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ACCOUNT, ADDRESSES, at, DID, e164, GROUP, NUMBER, toNumber } from './settings.ts';
import type { Stand } from './stand.ts';

const failover = { number: toNumber };
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

// Design, section 2: "Where a number may point … Where a backup may point …"
atBothTrunkServers((scenario) => {
  scenario(
    'at call time a loop is refused again: the number is a DID of ours',
    {
      failover: { number: e164(NUMBER) },
      more: [{ kind: 'did', did: { number: e164(NUMBER), account: ACCOUNT, trunkGroup: GROUP } }],
    },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual([]);
      expect(call.finals).toEqual([480]);
      expect(stand.attempts().at(-1)).toBe('number skipped ownDid');
    },
  );

  for (const [what, headers, refused] of [
    ['5 Diversions', 'Diversion: <sip:+13105550100@a.example>;reason=unconditional\r\n'.repeat(5), true],
    ['one Diversion with counter=5', 'Diversion: <sip:+13105550100@a.example>;counter=5\r\n', true],
    ['4 Diversions', 'Diversion: <sip:+13105550100@a.example>;reason=unconditional\r\n'.repeat(4), false],
    [
      '5 retargetings in History-Info',
      [1, 2, 3, 4, 5]
        .map((i) => `History-Info: <sip:+1310555010${i}@a.example>;index=${i};mp=1\r\n`)
        .join(''),
      true,
    ],
    [
      'History-Info without retargeting',
      [1, 2, 3, 4, 5, 6].map((i) => `History-Info: <sip:+1310555010${i}@a.example>;index=${i}\r\n`).join(''),
      false,
    ],
  ] as const) {
    scenario(
      `at call time a loop is refused again: ${what} ${refused ? 'are too many' : 'are not too many'}`,
      { failover },
      (stand) => {
        const call = stand.call({ headers });
        stand.run(1_000);
        expect(stand.tried()).toEqual(refused ? [] : ['gateway']);
        expect(call.finals).toEqual([refused ? 480 : 200]);
        if (refused) expect(stand.attempts().at(-1)).toBe('number skipped forwardedTooOften');
      },
    );
  }

  scenario('a call that was forwarded too often still reaches the PBX', { failover }, (stand) => {
    stand.register();
    const call = stand.call({ headers: 'Diversion: <sip:+13105550100@a.example>;counter=9\r\n' });
    stand.run(1_000);
    expect(call.finals).toEqual([200]);
    expect(stand.tried()).toEqual(['pbx']);
  });

  scenario('Max-Forwards 0: 483', { failover }, (stand) => {
    stand.register();
    const call = stand.call({ maxForwards: 0 });
    stand.run(1_000);
    expect(call.finals).toEqual([483]);
    expect(stand.tried()).toEqual([]);
  });

  scenario(
    'Max-Forwards 1: the PBX ends the call and may have it, a gateway may not',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503);
      stand.call({ maxForwards: 1 });
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(stand.attempts()).toEqual(['registered rejected 503', 'number skipped noHopsLeft']);
    },
  );

  scenario('a call that comes back with our own Via: 482', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = SILENT;
    stand.call();
    stand.run(100);
    // A PBX that sends the INVITE straight back, as it came.
    const { invite } = stand.pbx.leg;
    const looped = invite.text.replace(/^INVITE \S+/, `INVITE sip:${DID}@${stand.here.place}`);
    stand.network.send(
      stand.pbx,
      stand.here.address,
      5060,
      looped.replace('\r\n', `\r\nVia: SIP/2.0/UDP ${ADDRESSES.pbx};branch=z9hG4bKloop\r\n`),
    );
    stand.run(100);
    expect(stand.responses(482, stand.here.name)).toHaveLength(1);
    expect(stand.pbx.legs).toHaveLength(1);
  });

  scenario(
    'concurrent failover legs per account are capped: the next one is not dialled',
    {
      failover,
      delivery: { legCap: 2 },
    },
    (stand) => {
      stand.gateway.behaviour = answers();
      const calls = [];
      for (let i = 0; i < 3; i += 1) {
        calls.push(stand.call());
        stand.run(1_000);
      }
      expect(calls.map(({ finals }) => finals)).toEqual([[200], [200], [480]]);
      expect(stand.here.records.at(-1)?.attempts.at(-1)?.outcome).toEqual({
        kind: 'skipped',
        cause: 'legCapReached',
      });
      calls[0]?.bye();
      stand.run(1_000);
      const again = stand.call();
      stand.run(1_000);
      expect(again.finals).toEqual([200]);
    },
  );

  scenario(
    'the cap counts no leg that was refused, cancelled or not answered',
    { failover, delivery: { legCap: 1 } },
    (stand) => {
      stand.gateway.nextBehaviours.push(rejects(486), rejects(503), SILENT, {
        steps: [{ after: 0, status: 180 }],
        onCancel: 'obey',
      });
      for (let i = 0; i < 3; i += 1) {
        stand.call();
        stand.run(5_000);
      }
      const cancelled = stand.call();
      stand.run(1_000);
      cancelled.cancel();
      stand.run(5_000);
      const last = stand.call();
      stand.run(1_000);
      expect(last.finals).toEqual([200]);
      expect(stand.gateway.legs).toHaveLength(5);
    },
  );

  scenario('the cap is 10 by default', { failover }, (stand) => {
    const calls = [];
    for (let i = 0; i < 11; i += 1) {
      calls.push(stand.call());
      stand.run(100);
    }
    expect(calls.map(({ final }) => final?.status)).toEqual([...Array<number>(10).fill(200), 480]);
  });

  scenario(
    'the cap does not hold back a backup',
    { ...backup('203.0.113.8'), delivery: { legCap: 0 } },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(stand.tried()).toEqual(['backup']);
    },
  );

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
    'an IPv6 backup is not reached by a trunk server on IPv4: on to the number',
    backup('[2001:db8::5]'),
    (stand) => {
      stand.call();
      stand.run(5_000);
      expect(stand.tried()).toEqual(['gateway']);
    },
  );
});
