import { expect } from 'vitest';
import { answers, rings, ringsThen, SILENT, trying, tryingThen } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { at, phoneGateway, toBackup, toNumber } from './settings.ts';
import type { Stand } from './stand.ts';

const failover = { number: toNumber };

const timings = (changes: {
  noResponse?: number;
  noProgress?: number | 'off';
  ring?: number | 'default';
}) => ({
  failover,
  delivery: { timings: { noResponse: 4_000, noProgress: 10_000, ring: 'default', ...changes } as const },
});

/** Registers so many PBXs of the account, the first of them last: it is the one that is tried first. */
function registerMany(stand: Stand, count: number) {
  const pbxs = [];
  for (let i = count; i >= 1; i -= 1) {
    const pbx = stand.pbxOf({ name: `pbx-${i}`, address: `203.0.113.${100 + i}` }, 'acme');
    pbx.behaviour = SILENT;
    stand.register(stand.here, pbx);
    pbxs.unshift(pbx);
  }
  return pbxs;
}

// Design, section 2, the timings.
atBothTrunkServers((scenario) => {
  scenario(
    'no response at all from a target: 4 s (INVITE at 0, 0.5, 1.5, 3.5 s)',
    {
      failover: { backup: toBackup, number: toNumber },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = SILENT;
      stand.backup.behaviour = SILENT;
      const call = stand.call();
      stand.run(20_000);
      expect(stand.invites()).toEqual([
        '0 pbx',
        '500 pbx',
        '1500 pbx',
        '3500 pbx',
        '4000 backup',
        '4500 backup',
        '5500 backup',
        '7500 backup',
        '8000 gateway',
      ]);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()).toEqual([
        'registered noResponse silent',
        'backup noResponse silent',
        'number answered',
      ]);
      const [first, second, third] = stand.record().attempts;
      expect(first?.endedAt).toBe(second?.startedAt);
      expect((third?.startedAt ?? 0) - stand.record().startedAt).toBe(8_000);
    },
  );

  scenario('an unregistered PBX: the number within 20 ms', { failover }, (stand) => {
    stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 gateway']);
  });

  for (const noResponse of [1_000, 15_000]) {
    scenario(
      `no response at all from a target: ${noResponse / 1_000} s where the account says so`,
      timings({ noResponse }),
      (stand) => {
        stand.register();
        stand.pbx.behaviour = SILENT;
        stand.call();
        stand.run(20_000);
        expect(stand.invites().at(-1)).toBe(`${noResponse} gateway`);
      },
    );
  }

  scenario('100 came, but no 18x or final: 10 s, and the INVITE is not sent again', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = trying();
    const call = stand.call();
    stand.run(20_000);
    expect(stand.invites()).toEqual(['0 pbx', '10000 gateway']);
    expect(stand.sent('CANCEL')).toEqual(['10000 CANCEL pbx']);
    expect(stand.pbx.leg.cancelled).toBe(true);
    expect(call.finals).toEqual([200]);
    expect(stand.attempts()[0]).toBe('registered noResponse noProgress');
  });

  scenario('a 100 that comes late does not start the 10 s anew', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = { steps: [{ after: 3_000, status: 100 }], onCancel: 'obey' };
    stand.call();
    stand.run(20_000);
    expect(stand.invites()).toEqual(['0 pbx', '500 pbx', '1500 pbx', '10000 gateway']);
  });

  for (const noProgress of [2_000, 60_000]) {
    scenario(
      `100 came, but no 18x or final: ${noProgress / 1_000} s where the account says so`,
      timings({ noProgress }),
      (stand) => {
        stand.register();
        stand.pbx.behaviour = trying();
        stand.call();
        stand.run(70_000);
        // With a number to come, the hunt before it has 16 s.
        expect(stand.invites()).toEqual(['0 pbx', `${Math.min(noProgress, 16_000)} gateway`]);
      },
    );
  }

  scenario(
    '100 came, but no 18x or final: off, and nothing follows',
    {
      ...timings({ noProgress: 'off' }),
      failover: { backup: toBackup },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = tryingThen(200, 100_000);
      const call = stand.call();
      stand.run(110_000);
      expect(stand.invites()).toEqual(['0 pbx']);
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    'the next SRV target: 2 s',
    {
      failover: { backup: { kind: 'address', address: at('pbx.customer.example') } },
    },
    (stand) => {
      stand.network.setDns('SRV', '_sip._udp.pbx.customer.example', {
        kind: 'srv',
        records: [
          { priority: 1, weight: 0, port: 5060, target: 'a.customer.example' },
          { priority: 2, weight: 0, port: 5060, target: 'b.customer.example' },
        ],
      });
      stand.network.setDns('A', 'a.customer.example', { kind: 'addresses', addresses: ['203.0.113.60'] });
      stand.network.setDns('A', 'b.customer.example', { kind: 'addresses', addresses: ['203.0.113.61'] });
      const a = stand.phone({ name: 'a', address: '203.0.113.60' });
      const b = stand.phone({ name: 'b', address: '203.0.113.61' });
      a.behaviour = SILENT;
      b.behaviour = SILENT;
      const call = stand.call();
      stand.run(20_000);
      expect(stand.invites()).toEqual(['16 a', '516 a', '1516 a', '2016 b', '2516 b', '3516 b', '5516 b']);
      expect(call.finals).toEqual([480]);
      expect(call.finalAfter).toBe(6_026);
    },
  );

  scenario('ring limit: 120 s', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = rings();
    const call = stand.call();
    stand.run(130_000);
    expect(stand.tried()).toEqual(['pbx']);
    expect(stand.sent('CANCEL')).toEqual(['120010 CANCEL pbx']);
    expect(call.finals).toEqual([480]);
  });

  scenario('ring limit: a PBX that is answered in time is not touched', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = ringsThen(200, 119_000);
    const call = stand.call();
    stand.run(130_000);
    expect(call.finals).toEqual([200]);
  });

  scenario(
    'ring limit with no-answer failover: 25 s',
    { failover, delivery: { noAnswerFailover: true } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rings();
      const call = stand.call();
      stand.run(40_000);
      expect(stand.invites()).toEqual(['0 pbx', '25010 gateway']);
      expect(stand.pbx.leg.cancelled).toBe(true);
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    'ring limit with no-answer failover, but nothing to go on to: 120 s',
    {
      delivery: { noAnswerFailover: true },
      failover: { backup: { kind: 'address', address: at('10.0.0.9') } },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = ringsThen(200, 60_000);
      const call = stand.call();
      stand.run(130_000);
      expect(call.finals).toEqual([200]);
    },
  );

  for (const ring of [5_000, 300_000]) {
    scenario(
      `ring limit: ${ring / 1_000} s where the account says so`,
      {
        ...timings({ ring }),
        delivery: { ...timings({ ring }).delivery, noAnswerFailover: true },
      },
      (stand) => {
        stand.register();
        stand.pbx.behaviour = rings();
        stand.call();
        stand.run(310_000);
        expect(stand.invites()).toEqual(['0 pbx', `${ring + 10} gateway`]);
      },
    );
  }

  scenario(
    'the hunt before the number: at most 4 addresses, and the number is still tried',
    timings({ noResponse: 1_000 }),
    (stand) => {
      registerMany(stand, 6);
      const call = stand.call();
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx-1', 'pbx-2', 'pbx-3', 'pbx-4', 'gateway']);
      expect(stand.invites().at(-1)).toBe('4000 gateway');
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()).toContain('registered skipped huntBudgetSpent');
    },
  );

  scenario(
    'the hunt before the number: at most 16 s, and the number is still tried',
    timings({ noResponse: 7_000 }),
    (stand) => {
      registerMany(stand, 4);
      const call = stand.call();
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx-1', 'pbx-2', 'pbx-3', 'gateway']);
      expect(stand.invites().at(-1)).toBe('16000 gateway');
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    '4 silent addresses at 4 s each: the number after 16 s',
    { failover: { backup: toBackup, number: toNumber } },
    (stand) => {
      registerMany(stand, 4);
      stand.call();
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx-1', 'pbx-2', 'pbx-3', 'pbx-4', 'gateway']);
      expect(stand.invites().at(-1)).toBe('16000 gateway');
      expect(stand.attempts()).toEqual([
        ...Array<string>(4).fill('registered noResponse silent'),
        'backup skipped huntBudgetSpent',
        'number answered',
      ]);
    },
  );

  scenario(
    'without a number there is no limit to the hunt',
    {
      failover: { backup: toBackup },
      delivery: timings({ noResponse: 4_000 }).delivery,
    },
    (stand) => {
      registerMany(stand, 5);
      const call = stand.call();
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx-1', 'pbx-2', 'pbx-3', 'pbx-4', 'pbx-5', 'backup']);
      expect(stand.invites().at(-1)).toBe('20000 backup');
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    'the gateways after the number are given their own time',
    {
      ...timings({ noResponse: 4_000 }),
      gateways: [phoneGateway('gateway', { priority: 1 }), phoneGateway('gateway2', { priority: 2 })],
    },
    (stand) => {
      const gateway2 = stand.phone({ name: 'gateway2', address: '198.51.100.21' });
      gateway2.behaviour = answers();
      stand.gateway.behaviour = SILENT;
      registerMany(stand, 4);
      const call = stand.call();
      stand.run(40_000);
      expect(stand.invites().slice(-5)).toEqual([
        '16000 gateway',
        '16500 gateway',
        '17500 gateway',
        '19500 gateway',
        '20000 gateway2',
      ]);
      expect(call.finals).toEqual([200]);
    },
  );
});
