import { expect } from 'vitest';
import { buildResponse } from '../../src/sip/message/response.ts';
import { answers, onCancel, rejects, ringsThen, SILENT, trying } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { toBackup, toNumber } from './settings.ts';

const failover = { backup: toBackup, number: toNumber };

/** Says nothing for so long, then answers. */
const answersLate = (after: number) => ({ steps: [{ after, status: 200 }], onCancel: 'ignore' }) as const;

// Design, section 2: "Two answered legs never remain … No state is kept between calls …"
atBothTrunkServers((scenario) => {
  scenario(
    'a late 2xx of an abandoned branch is forwarded while the caller still waits',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = answersLate(6_000);
      stand.gateway.behaviour = ringsThen(200, 20_000);
      const call = stand.call();
      stand.run(60_000);
      expect(stand.tried()).toEqual(['pbx', 'gateway']);
      expect(call.finals).toEqual([200]);
      expect(call.finalAfter).toBe(6_020);
      expect(stand.sent('CANCEL')).toEqual(['6010 CANCEL gateway']);
      expect(stand.pbx.leg.up).toBe(true);
      expect(stand.gateway.leg.state).toBe('refused');
      expect(stand.attempts()).toEqual(['registered answered', 'number cancelled answeredElsewhere']);
      const bye = call.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(stand.pbx.leg.state).toBe('ended');
    },
  );

  scenario(
    'once another leg has answered we end a late one ourselves with ACK and BYE',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = answersLate(6_000);
      stand.gateway.behaviour = answers(1_000);
      const call = stand.call();
      stand.run(60_000);
      expect(call.finals).toEqual([200]);
      expect(call.dialogs.size).toBe(1);
      expect(stand.gateway.leg.up).toBe(true);
      expect(stand.pbx.leg.state).toBe('ended');
      expect(stand.requests('ACK', stand.here.name, 'pbx')).toHaveLength(1);
      const [bye] = stand.requests('BYE', stand.here.name, 'pbx');
      expect(bye?.message.cseq).toBe(2);
      expect(bye?.message.toTag).toBe(stand.pbx.leg.tag);
      expect(bye?.message.uri).toBe(stand.pbx.contact);
      expect(stand.attempts()).toEqual(['registered noResponse silent', 'number answered']);
    },
  );

  scenario(
    'a PBX behind a NAT that answers too late gets its ACK and BYE along its flow',
    { failover: { number: toNumber } },
    (stand) => {
      const nated = stand.pbxOf(
        { name: 'nated', address: '203.0.113.77', port: 40_123, believes: '10.0.0.7:5060' },
        'acme',
      );
      stand.register(stand.here, nated);
      nated.behaviour = answersLate(6_000);
      stand.call();
      stand.run(60_000);
      expect(nated.leg.acknowledged).toBe(true);
      expect(nated.leg.state).toBe('ended');
    },
  );

  scenario(
    'a PBX that was given up after its 100 and answers as our CANCEL comes: forwarded while the caller waits',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = onCancel(trying(), 'answer');
      stand.gateway.behaviour = ringsThen(200, 5_000);
      const call = stand.call();
      stand.run(60_000);
      expect(call.finals).toEqual([200]);
      expect(stand.pbx.leg.up).toBe(true);
      expect(stand.gateway.leg.up).toBe(false);
    },
  );

  scenario(
    'a late refusal of a PBX that was given up changes nothing',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = { steps: [{ after: 5_000, status: 603 }], onCancel: 'ignore' };
      stand.gateway.behaviour = ringsThen(200, 5_000);
      const call = stand.call();
      stand.run(60_000);
      expect(call.finals).toEqual([200]);
      expect(stand.gateway.leg.up).toBe(true);
    },
  );

  scenario(
    'a late 180 of a PBX that was given up is not passed on: it is cancelled',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = {
        steps: [
          { after: 5_000, status: 180 },
          { after: 9_000, status: 200 },
        ],
        onCancel: 'obey',
      };
      stand.gateway.behaviour = ringsThen(200, 20_000);
      const call = stand.call();
      stand.run(60_000);
      expect(call.statuses).toEqual([100, 180, 200]);
      expect(stand.sent('CANCEL')).toEqual(['5010 CANCEL pbx']);
      expect(stand.gateway.leg.up).toBe(true);
    },
  );

  scenario('a PBX that forks and answers twice: the second leg gets its ACK and BYE from us', {}, (stand) => {
    stand.register();
    const call = stand.call();
    stand.run(100);
    const { invite } = stand.pbx.leg;
    const headers = `Contact: <${stand.pbx.contact}>\r\n`;
    const second = buildResponse(invite, 200, { toTag: 'second-leg', recordRoute: true, headers });
    stand.pbx.sendText(`sip:${stand.here.place}`, second);
    stand.run(1_000);
    expect(call.dialogs.size).toBe(1);
    const ended = stand
      .wire()
      .flatMap(({ from, message }) =>
        from === stand.here.name && message.kind === 'request' && message.toTag === 'second-leg'
          ? [message.method]
          : [],
      );
    expect(ended).toEqual(['ACK', 'BYE']);
    expect(stand.pbx.leg.up).toBe(true);
  });

  for (const [what, first] of [
    ['answered 503', rejects(503)],
    ['did not answer', SILENT],
  ] as const) {
    scenario(
      `no state is kept that would keep a PBX from being tried first again: it ${what} before`,
      { failover },
      (stand) => {
        stand.register();
        stand.pbx.nextBehaviours.push(first);
        stand.pbx.behaviour = answers();
        stand.call();
        stand.run(4_500);
        const again = stand.call();
        stand.run(1_000);
        expect(stand.tried()).toEqual(['pbx', 'backup', 'pbx']);
        expect(again.finals).toEqual([200]);
      },
    );
  }

  scenario(
    'no state is kept that would keep a PBX from being tried first again: it was down before',
    { failover },
    (stand) => {
      stand.register();
      stand.network.close(stand.pbx);
      stand.call();
      stand.run(570);
      stand.network.attach(stand.pbx);
      const again = stand.call();
      stand.run(5_000);
      expect(stand.tried()).toEqual(['203.0.113.5:5060', 'backup', 'pbx']);
      expect(again.finals).toEqual([200]);
    },
  );
});
