import { expect } from 'vitest';
import type { TriggerPreset } from '../../src/domain/delivery-settings.ts';
import { answers, onCancel, rejects, rings, ringsThen, SILENT } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { at, toNumber } from './settings.ts';

const PRESETS: readonly TriggerPreset[] = ['unreachable', 'unreachable-or-broken', 'anything'];

/** The table of the design, row by row. */
const ROWS: readonly (readonly [TriggerPreset, readonly number[]])[] = [
  ['unreachable', [408, 430, 500, 502, 503, 504]],
  ['unreachable-or-broken', [401, 403, 404, 407, 410, 480, 488, 501, 505, 513, 580]],
  ['anything', [486, 600, 603, 604, 606, 607, 608]],
];

const NEVER = [482, 483, 487];

const failover = { number: toNumber };
const preset = (name: TriggerPreset) => ({
  failover,
  delivery: { triggers: { preset: name, add: [], remove: [] } },
});

// Design, section 2, the trigger table.
atBothTrunkServers((scenario) => {
  for (const chosen of PRESETS) {
    const settings = preset(chosen);

    for (const [row, statuses] of ROWS) {
      const goesOn = PRESETS.indexOf(row) <= PRESETS.indexOf(chosen);
      for (const status of statuses) {
        scenario(
          `${chosen}: ${status} ${goesOn ? 'goes on to the next attempt' : 'is the answer'}`,
          settings,
          (stand) => {
            stand.register();
            stand.pbx.behaviour = rejects(status, 300);
            const call = stand.call();
            stand.run(2_000);
            expect(stand.invites()).toEqual(goesOn ? ['0 pbx', '310 gateway'] : ['0 pbx']);
            expect(call.finals).toEqual([goesOn ? 200 : status]);
            expect(stand.attempts()[0]).toBe(`registered rejected ${status}`);
          },
        );
      }
    }

    scenario(`${chosen}: no binding goes on to the next attempt`, settings, (stand) => {
      stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 gateway']);
    });

    scenario(
      `${chosen}: DNS failure goes on to the next attempt`,
      {
        ...settings,
        failover: { ...failover, backup: { kind: 'address', address: at('pbx.customer.example') } },
      },
      (stand) => {
        stand.call();
        stand.run(5_000);
        expect(stand.tried()).toEqual(['gateway']);
        expect(stand.attempts()[1]).toBe('backup unreachable dns');
      },
    );

    scenario(`${chosen}: an ICMP error goes on to the next attempt`, settings, (stand) => {
      stand.register();
      stand.network.close(stand.pbx);
      stand.call();
      stand.run(5_000);
      expect(stand.invites()).toEqual(['0 203.0.113.5:5060', '500 203.0.113.5:5060', '560 gateway']);
      expect(stand.attempts()[0]).toBe('registered unreachable icmp');
    });

    scenario(`${chosen}: no response in time goes on to the next attempt`, settings, (stand) => {
      stand.register();
      stand.pbx.behaviour = SILENT;
      stand.call();
      stand.run(5_000);
      expect(stand.invites()).toEqual(['0 pbx', '500 pbx', '1500 pbx', '3500 pbx', '4000 gateway']);
    });

    scenario(
      `${chosen}: no answer within the ring limit ${chosen === 'anything' ? 'goes on' : 'ends the call'}`,
      settings,
      (stand) => {
        stand.register();
        stand.pbx.behaviour = rings();
        const call = stand.call();
        stand.run(130_000);
        if (chosen === 'anything') {
          expect(stand.invites()).toEqual(['0 pbx', '25010 gateway']);
          expect(call.finals).toEqual([200]);
        } else {
          expect(stand.tried()).toEqual(['pbx']);
          expect(call.finals).toEqual([480]);
          expect(call.finalAfter).toBe(120_020);
        }
        expect(stand.attempts()[0]).toBe('registered noResponse noAnswer');
        expect(stand.pbx.leg.cancelled).toBe(true);
      },
    );

    for (const status of NEVER) {
      scenario(`never, whatever is set: ${status} (${chosen})`, settings, (stand) => {
        stand.register();
        stand.pbx.behaviour = rejects(status);
        const call = stand.call();
        stand.run(10_000);
        expect(stand.tried()).toEqual(['pbx']);
        expect(call.finals).toEqual([status]);
      });
    }

    scenario(`never: CANCEL (${chosen})`, settings, (stand) => {
      stand.register();
      stand.pbx.behaviour = onCancel(rejects(503, 2_000), 'obey');
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(call.finals).toEqual([487]);
    });

    scenario(`never: anything after a 2xx (${chosen})`, settings, (stand) => {
      stand.register();
      stand.pbx.behaviour = answers(100);
      const call = stand.call();
      stand.run(2_000);
      stand.pbx.leg.dialog.request('BYE', stand.network.now);
      stand.run(30_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(call.finals).toEqual([200]);
    });

    for (const early of [180, 183]) {
      for (const status of [408, 480, 486, 500, 503, 603]) {
        scenario(
          `never: anything after a ${early} from that target: ${status} (${chosen})`,
          settings,
          (stand) => {
            stand.register();
            stand.pbx.behaviour = {
              steps: [
                { after: 0, status: early },
                { after: 900, status },
              ],
              onCancel: 'obey',
            };
            const call = stand.call();
            stand.run(10_000);
            expect(stand.tried()).toEqual(['pbx']);
            expect(call.finals).toEqual([status === 503 ? 500 : status]);
          },
        );
      }
    }
  }

  scenario(
    'after a 180 only the opt-in no-answer rule takes the call away',
    {
      failover,
      delivery: { noAnswerFailover: true },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rings();
      const call = stand.call();
      stand.run(40_000);
      expect(stand.invites()).toEqual(['0 pbx', '25010 gateway']);
      expect(stand.sent('CANCEL')).toEqual(['25010 CANCEL pbx']);
      expect(call.statuses).toEqual([100, 180, 200]);
    },
  );

  scenario(
    'the opt-in no-answer rule does not let a status after a 180 go on',
    {
      failover,
      delivery: { noAnswerFailover: true },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = ringsThen(503, 1_000);
      const call = stand.call();
      stand.run(40_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(call.finals).toEqual([500]);
    },
  );

  scenario(
    'chosen per account, with single codes added',
    {
      failover,
      delivery: { triggers: { preset: 'unreachable', add: [302, 486], remove: [] } },
    },
    (stand) => {
      stand.register();
      stand.pbx.nextBehaviours.push(
        rejects(302, 0, 'Contact: <sip:x@203.0.113.66>\r\n'),
        rejects(486),
        rejects(603),
      );
      for (let i = 0; i < 3; i += 1) {
        stand.call();
        stand.run(1_000);
      }
      expect(stand.tried()).toEqual(['pbx', 'gateway', 'pbx', 'gateway', 'pbx']);
    },
  );

  scenario(
    'chosen per account, with single codes removed',
    {
      failover,
      delivery: { triggers: { preset: 'unreachable', add: [], remove: [500] } },
    },
    (stand) => {
      stand.register();
      stand.pbx.nextBehaviours.push(rejects(500), rejects(503));
      for (let i = 0; i < 2; i += 1) {
        stand.call();
        stand.run(1_000);
      }
      expect(stand.tried()).toEqual(['pbx', 'pbx', 'gateway']);
    },
  );

  scenario(
    'a DID may override it',
    {
      failover,
      delivery: { triggers: { preset: 'anything', add: [], remove: [] } },
      did: { triggers: { preset: 'unreachable', add: [404], remove: [503] } },
    },
    (stand) => {
      stand.register();
      stand.pbx.nextBehaviours.push(rejects(486), rejects(404), rejects(503), rejects(500));
      for (let i = 0; i < 4; i += 1) {
        stand.call();
        stand.run(1_000);
      }
      expect(stand.tried()).toEqual(['pbx', 'pbx', 'gateway', 'pbx', 'pbx', 'gateway']);
    },
  );

  scenario(
    "the customer's triggers decide for the PBX at another trunk server, too",
    {
      ...preset('unreachable-or-broken'),
      delivery: {
        sharedRegistrations: true,
        triggers: { preset: 'unreachable-or-broken', add: [], remove: [] },
      },
    },
    (stand) => {
      stand.register(stand.other);
      stand.pbx.behaviour = rejects(480);
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['other', 'pbx', 'gateway']);
    },
  );

  scenario("between gateways Unreachable decides, not the customer's choice", preset('anything'), (stand) => {
    stand.gateway.behaviour = rejects(486);
    const call = stand.call();
    stand.run(10_000);
    expect(stand.tried()).toEqual(['gateway']);
    expect(call.finals).toEqual([486]);
  });
});
