import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { rejects, rings, ringsThen, SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ADDRESSES, at, carrier, NUMBER, phoneGateway, toBackup, toNumber } from './settings.ts';

const failover = { number: toNumber };
const two = [phoneGateway('gateway', { priority: 2 }), phoneGateway('gateway2', { priority: 1 })] as const;

const PAI = 'P-Asserted-Identity: "Alice" <sip:+12125550123@carrier.example>\r\n';

// Design, section 2, item 4.
atBothTrunkServers((scenario) => {
  scenario('the number is dialled as E.164 in the Request-URI', { failover }, (stand) => {
    stand.call();
    stand.run(1_000);
    expect(stand.gateway.leg.invite.uri).toBe(`sip:${NUMBER}@198.51.100.20;user=phone`);
    expect(stand.record().attempts.at(-1)?.target).toBe(`${NUMBER} over gateway (sip:198.51.100.20)`);
  });

  scenario(
    'over the gateways by priority; the next gateway on failure',
    { failover, gateways: two },
    (stand) => {
      const gateway2 = stand.phone({ name: 'gateway2', address: ADDRESSES.gateway2 });
      gateway2.behaviour = rejects(503);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['gateway2', 'gateway']);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts().slice(1)).toEqual(['number rejected 503', 'number answered']);
    },
  );

  scenario('a gateway that is silent: the next one after 4 s', { failover, gateways: two }, (stand) => {
    const gateway2 = stand.phone({ name: 'gateway2', address: ADDRESSES.gateway2 });
    gateway2.behaviour = SILENT;
    stand.call();
    stand.run(10_000);
    expect(stand.invites().at(-1)).toBe('4000 gateway');
  });

  scenario(
    'a gateway by name is found over the DNS (RFC 3263)',
    {
      failover,
      gateways: [phoneGateway('gateway', { address: at('sip.carrier.example') })],
    },
    (stand) => {
      stand.network.setDns('SRV', '_sip._udp.sip.carrier.example', {
        kind: 'srv',
        records: [{ priority: 1, weight: 1, port: 5060, target: 'gw1.carrier.example' }],
      });
      stand.network.setDns('A', 'gw1.carrier.example', { kind: 'addresses', addresses: [ADDRESSES.gateway] });
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(stand.gateway.leg.invite.uri).toBe(`sip:${NUMBER}@sip.carrier.example;user=phone`);
    },
  );

  scenario(
    'among gateways of one priority by weight',
    {
      failover,
      gateways: [phoneGateway('gateway', { weight: 3 }), phoneGateway('gateway2', { weight: 1 })],
    },
    (stand) => {
      const gateway2 = stand.phone({ name: 'gateway2', address: ADDRESSES.gateway2 });
      stand.gateway.behaviour = rejects(486);
      gateway2.behaviour = rejects(486);
      for (let i = 0; i < 200; i += 1) {
        stand.call();
        stand.run(100);
      }
      expect(stand.gateway.legs.length + gateway2.legs.length).toBe(200);
      expect(stand.gateway.legs.length).toBeGreaterThan(130);
      expect(stand.gateway.legs.length).toBeLessThan(170);
    },
  );

  scenario('no gateway takes calls: 480', { failover, gateways: [] }, (stand) => {
    const call = stand.call();
    stand.run(1_000);
    expect(call.finals).toEqual([480]);
    expect(stand.attempts().at(-1)).toBe('number skipped noGateway');
  });

  scenario('all gateways fail: one final response', { failover, gateways: two }, (stand) => {
    const gateway2 = stand.phone({ name: 'gateway2', address: ADDRESSES.gateway2 });
    gateway2.behaviour = SILENT;
    stand.gateway.behaviour = SILENT;
    const call = stand.call();
    stand.run(20_000);
    expect(call.finals).toEqual([480]);
    expect(call.finalAfter).toBe(8_010);
  });

  scenario('the number rings to its limit: 480, and the gateway is told', { failover }, (stand) => {
    stand.gateway.behaviour = rings();
    const call = stand.call();
    stand.run(130_000);
    expect(call.finals).toEqual([480]);
    expect(stand.gateway.leg.cancelled).toBe(true);
  });

  for (const [what, settings, behaviour, reason, cause] of [
    ['not registered', {}, undefined, 'unavailable', 480],
    ['silent', {}, SILENT, 'unavailable', 408],
    ['answers 503', {}, rejects(503), 'unavailable', 503],
    ['busy', { triggers: { preset: 'anything', add: [], remove: [] } }, rejects(486), 'user-busy', 486],
    [
      'declines',
      { triggers: { preset: 'anything', add: [], remove: [] } },
      rejects(603),
      'do-not-disturb',
      603,
    ],
    ['does not answer', { noAnswerFailover: true }, rings(), 'no-answer', 408],
  ] as const) {
    scenario(
      `Diversion (RFC 5806) and History-Info (RFC 7044) tell the gateway the DID and the reason: the PBX is ${what}`,
      {
        failover,
        delivery: settings,
      },
      (stand) => {
        if (behaviour !== undefined) {
          stand.register();
          stand.pbx.behaviour = behaviour;
        }
        stand.call();
        stand.run(40_000);
        const { invite } = stand.gateway.leg;
        expect(invite.headers.elements(HeaderId.Diversion)).toEqual([
          `<sip:+12125550142@${stand.here.address}>;reason=${reason};counter=1;privacy=off;screen=yes`,
        ]);
        expect(invite.headers.elements(HeaderId.HistoryInfo)).toEqual([
          `<sip:+12125550142@${stand.here.address}?Reason=SIP%3Bcause%3D${cause}>;index=1`,
          `<sip:${NUMBER}@198.51.100.20;user=phone>;index=1.1;mp=1`,
        ]);
      },
    );
  }

  scenario(
    'Diversion and History-Info that came with the call stay; ours come on top and below',
    { failover },
    (stand) => {
      stand.call({
        headers:
          'Diversion: <sip:+13105550100@carrier.example>;reason=unconditional;counter=1\r\n' +
          'History-Info: <sip:+13105550100@carrier.example>;index=1\r\n' +
          'History-Info: <sip:+12125550142@carrier.example>;index=1.1;mp=1\r\n',
      });
      stand.run(1_000);
      const { headers } = stand.gateway.leg.invite;
      const diversions = headers.elements(HeaderId.Diversion);
      expect(diversions).toHaveLength(2);
      expect(diversions[0]).toContain('+12125550142');
      expect(diversions[1]).toContain('+13105550100');
      const history = headers.elements(HeaderId.HistoryInfo);
      expect(history).toHaveLength(3);
      expect(history[2]).toBe(`<sip:${NUMBER}@198.51.100.20;user=phone>;index=1.1.1;mp=1.1`);
    },
  );

  scenario(
    'caller ID is kept: the gateway sees the From of the caller, and To as it was dialled',
    { failover },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      const { invite } = stand.gateway.leg;
      expect(header(invite, HeaderId.From)).toBe(header(call.invite, HeaderId.From));
      expect(header(invite, HeaderId.To)).toBe(header(call.invite, HeaderId.To));
    },
  );

  scenario(
    'P-Asserted-Identity from a trusted gateway goes on to the PBX and to a trusted gateway',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503);
      stand.call({ headers: PAI });
      stand.run(1_000);
      for (const { invite } of [stand.pbx.leg, stand.gateway.leg]) {
        expect(header(invite, HeaderId.PAssertedIdentity)).toBe('"Alice" <sip:+12125550123@carrier.example>');
      }
    },
  );

  scenario(
    'P-Asserted-Identity from outside the trust domain is removed (RFC 3325 section 5)',
    {
      failover,
      more: [{ kind: 'gateway', gateway: { ...carrier, trusted: false } }],
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503);
      stand.call({ headers: `${PAI}Remote-Party-ID: <sip:+12125550123@carrier.example>;screen=yes\r\n` });
      stand.run(1_000);
      for (const { invite } of [stand.pbx.leg, stand.gateway.leg]) {
        expect(invite.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
        expect(invite.headers.has(HeaderId.RemotePartyId)).toBe(false);
      }
    },
  );

  for (const privacy of ['id', 'user;critical', 'header;id']) {
    scenario(
      `Privacy: ${privacy} is honoured: no P-Asserted-Identity to a PBX, but to a trusted gateway (RFC 3325 section 7)`,
      { failover },
      (stand) => {
        stand.register();
        stand.pbx.behaviour = rejects(503);
        stand.call({
          headers: `${PAI}Privacy: ${privacy}\r\n`,
          from: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=x',
        });
        stand.run(1_000);
        expect(stand.pbx.leg.invite.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
        expect(header(stand.pbx.leg.invite, HeaderId.Privacy)).toBe(privacy);
        expect(stand.gateway.leg.invite.headers.has(HeaderId.PAssertedIdentity)).toBe(true);
        expect(header(stand.gateway.leg.invite, HeaderId.Privacy)).toBe(privacy);
      },
    );
  }

  scenario(
    'Privacy: id to a gateway outside the trust domain: no P-Asserted-Identity',
    {
      failover,
      gateways: [phoneGateway('gateway', { trusted: false })],
    },
    (stand) => {
      stand.call({ headers: `${PAI}Privacy: id\r\n` });
      stand.run(1_000);
      expect(stand.gateway.leg.invite.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
    },
  );

  scenario('what a PBX asserts in its answer is not passed on', {}, (stand) => {
    stand.register();
    stand.pbx.behaviour = {
      steps: [{ after: 0, status: 200, headers: 'P-Asserted-Identity: <sip:911@evil.example>\r\n' }],
      onCancel: 'obey',
    };
    const call = stand.call();
    stand.run(1_000);
    expect(call.final?.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
  });

  scenario('the backup is told nothing of a diversion', { failover: { backup: toBackup } }, (stand) => {
    stand.call();
    stand.run(1_000);
    expect(stand.backup.leg.invite.headers.has(HeaderId.Diversion)).toBe(false);
  });

  scenario('early media and ringing of the number reach the caller', { failover }, (stand) => {
    stand.gateway.behaviour = ringsThen(200, 2_000);
    const call = stand.call();
    stand.run(3_000);
    expect(call.statuses).toEqual([100, 180, 200]);
  });

  scenario(
    'P-Asserted-Identity from outside the trust domain is removed before the call is handed over',
    {
      more: [{ kind: 'gateway', gateway: { ...carrier, trusted: false } }],
    },
    (stand) => {
      stand.register(stand.other);
      stand.call({ headers: PAI });
      stand.run(1_000);
      expect(stand.inviteTo(stand.other.name).headers.has(HeaderId.PAssertedIdentity)).toBe(false);
      expect(stand.pbx.leg.invite.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
    },
  );
});
