import { expect } from 'vitest';
import { DEFAULT_DELIVERY } from '../../src/domain/delivery-settings.ts';
import { rejects, rings, SILENT } from './behaviour.ts';
import { REGISTERING } from './pbx.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ACCOUNT, toBackup, toNumber } from './settings.ts';

// Design, section 2, item 5.
atBothTrunkServers((scenario) => {
  const failover = { backup: toBackup, number: toNumber };
  const all = { failover, delivery: { triggers: { preset: 'anything', add: [], remove: [] } } } as const;

  scenario('everything failed: one final response; nothing reachable: 480', all, (stand) => {
    stand.register();
    for (const phone of [stand.pbx, stand.backup, stand.gateway]) phone.behaviour = SILENT;
    const call = stand.call();
    stand.run(60_000);
    expect(stand.tried()).toEqual(['pbx', 'backup', 'gateway']);
    expect(call.finals).toEqual([480]);
    expect(call.finalAfter).toBe(12_010);
    expect(stand.attempts()).toEqual([
      'registered noResponse silent',
      'backup noResponse silent',
      'number noResponse silent',
    ]);
  });

  for (const [pbx, backup, gateway, final, why] of [
    [503, 503, 503, 500, '16.7 step 6: a 503 does not go on as 503'],
    [503, 480, 502, 480, 'the lowest class'],
    [404, 503, 486, 486, 'between equals the last'],
    [486, 600, 480, 600, 'a 6xx first'],
    [401, 503, 404, 401, 'those that tell the caller how to do better'],
  ] as const) {
    scenario(
      `otherwise the best response (16.7): ${pbx}, ${backup}, ${gateway} give ${final}: ${why}`,
      all,
      (stand) => {
        stand.register();
        stand.pbx.behaviour = rejects(pbx);
        stand.backup.behaviour = rejects(backup);
        stand.gateway.behaviour = rejects(gateway);
        const call = stand.call();
        stand.run(1_000);
        expect(stand.tried()).toEqual(['pbx', 'backup', 'gateway']);
        expect(call.finals).toEqual([final]);
      },
    );
  }

  scenario('one response among targets that were silent is the best', all, (stand) => {
    stand.register();
    stand.pbx.behaviour = rejects(488);
    stand.backup.behaviour = SILENT;
    stand.gateway.behaviour = SILENT;
    const call = stand.call();
    stand.run(60_000);
    expect(call.finals).toEqual([488]);
  });

  scenario(
    'a 503 that a PBX sends with Retry-After does not make the carrier avoid all of us',
    {},
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503, 0, 'Retry-After: 600\r\n');
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([500]);
      expect(call.final?.text).not.toContain('Retry-After');
    },
  );

  scenario('no failover and no binding anywhere: one 480', {}, (stand) => {
    const call = stand.call();
    stand.run(60_000);
    expect(call.finals).toEqual([480]);
  });

  scenario(
    'an account that is suspended: 480, and nothing is called; its PBX cannot register',
    { failover },
    (stand) => {
      stand.register();
      stand.change({
        kind: 'account',
        account: {
          id: ACCOUNT,
          name: 'Acme',
          suspended: true,
          didFormat: '10-digits',
          failover,
          delivery: DEFAULT_DELIVERY,
        },
      });
      const registering = stand.pbx.register(stand.here.place);
      stand.run(REGISTERING);
      expect(registering.status).toBe(403);
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([480]);
      expect(stand.tried()).toEqual([]);
      expect(stand.attempts()).toEqual([
        'registered skipped accountSuspended',
        'backup skipped accountSuspended',
        'number skipped accountSuspended',
      ]);
    },
  );

  scenario('a redirect is answered to the carrier and not followed', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = rejects(302, 0, 'Contact: <sip:+19005550000@203.0.113.66>\r\n');
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['pbx']);
    expect(call.finals).toEqual([302]);
  });

  scenario(
    'also when the trunk server is stopped: 503, and nothing rings on; calls that are up go on',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      const up = stand.call();
      stand.run(1_000);
      stand.pbx.behaviour = rings();
      const ringing = stand.call();
      stand.run(1_000);
      stand.here.server.stop(stand.network.now);
      stand.run(1_000);
      expect(ringing.finals).toEqual([503]);
      expect(stand.pbx.legs.at(-1)?.state).not.toBe('answered');
      expect(stand.tried().slice(1)).toEqual(['pbx']);
      expect(stand.here.records.at(-1)).toMatchObject({
        finalStatus: 503,
        attempts: [{ outcome: { kind: 'cancelled', cause: 'trunkServerStopped' } }],
      });
      const bye = up.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
    },
  );
});
