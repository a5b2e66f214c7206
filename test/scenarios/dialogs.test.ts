import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { IncomingLeg } from './callee.ts';
import { header, type OutgoingCall } from './caller.ts';
import { Dialog } from './dialog.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ADDRESSES, carrier, toNumber } from './settings.ts';
import type { Stand } from './stand.ts';

/** A call between the carrier and the PBX that is up. */
function established(stand: Stand, trunk = stand.here): { call: OutgoingCall; leg: IncomingLeg } {
  stand.register(trunk);
  const call = stand.call();
  stand.run(1_000);
  return { call, leg: stand.pbx.leg };
}

/** The trunk server's process ends and comes back with its settings, and nothing else. */
function restart(stand: Stand): void {
  stand.here.restart();
  stand.load(stand.here);
}

// RFC 3261 section 12.2 and 16.12: requests within a dialog, routed by their Route set alone.
atBothTrunkServers((scenario) => {
  for (const restarted of [false, true]) {
    const after = restarted ? ', after a restart of the trunk server' : '';

    scenario(`the carrier hangs up${after}`, {}, (stand) => {
      const { call, leg } = established(stand);
      if (restarted) restart(stand);
      const bye = call.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(leg.state).toBe('ended');
      const id = stand.here.records[0]?.id;
      expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded', call: id });
    });

    scenario(`the PBX hangs up${after}`, {}, (stand) => {
      const { leg } = established(stand);
      if (restarted) restart(stand);
      const bye = leg.dialog.request('BYE', stand.network.now);
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(stand.carrier.requests.map(({ method }) => method)).toEqual(['BYE']);
      expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded' });
    });

    for (const method of ['INVITE', 'UPDATE', 'INFO', 'REFER', 'NOTIFY', 'MESSAGE']) {
      scenario(`${method} passes both ways${after}`, {}, (stand) => {
        const { call, leg } = established(stand);
        if (restarted) restart(stand);
        const headers =
          method === 'REFER' ? 'Refer-To: <sip:+13105550100@203.0.113.5>\r\n' : 'X-Kept: yes\r\n';
        const there = call.dialog.request(method, stand.network.now, headers, 'v=0\r\n');
        stand.run(1_000);
        const back = leg.dialog.request(method, stand.network.now, headers, 'v=0\r\n');
        stand.run(1_000);
        expect([there.status, back.status]).toEqual([200, 200]);
        const reached = leg.requests.find((request) => request.method === method);
        expect(reached?.uri).toBe(stand.pbx.contact);
        expect(reached?.body).toBe('v=0\r\n');
        expect(reached?.headers.has(HeaderId.Route)).toBe(false);
        expect(header(reached, HeaderId.MaxForwards)).toBe('69');
        expect(stand.carrier.requests.map((request) => request.method)).toContain(method);
      });
    }

    scenario(`by way of two trunk servers the call goes on${after}`, {}, (stand) => {
      const { call, leg } = established(stand, stand.other);
      if (restarted) restart(stand);
      const update = leg.dialog.request('UPDATE', stand.network.now);
      const info = call.dialog.request('INFO', stand.network.now);
      stand.run(1_000);
      expect([update.status, info.status]).toEqual([200, 200]);
      const bye = leg.dialog.request('BYE', stand.network.now);
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded', call: stand.here.records[0]?.id });
    });

    scenario(`a PBX behind a NAT is reached along its flow${after}`, {}, (stand) => {
      const nated = stand.pbxOf(
        { name: 'nated', address: '203.0.113.77', port: 40_123, believes: '10.0.0.7:5060' },
        'acme',
      );
      stand.register(stand.here, nated);
      const call = stand.call();
      stand.run(1_000);
      if (restarted) restart(stand);
      const reinvite = call.dialog.request('INVITE', stand.network.now);
      stand.run(1_000);
      const bye = call.bye();
      stand.run(1_000);
      expect([reinvite.status, bye.status]).toEqual([200, 200]);
      expect(nated.leg.state).toBe('ended');
    });
  }

  scenario('PRACK within the early dialog passes (RFC 3262)', {}, (stand) => {
    stand.register();
    stand.pbx.behaviour = {
      steps: [
        { after: 0, status: 183, headers: 'Require: 100rel\r\nRSeq: 1\r\n' },
        { after: 2_000, status: 200 },
      ],
      onCancel: 'obey',
    };
    const call = stand.call();
    stand.run(500);
    expect(header(call.responses.at(-1)?.response, HeaderId.RSeq)).toBe('1');
    const prack = call.earlyDialog().request('PRACK', stand.network.now, 'RAck: 1 1 INVITE\r\n');
    stand.run(500);
    expect(prack.status).toBe(200);
    expect(header(stand.pbx.leg.requests[0], HeaderId.RAck)).toBe('1 1 INVITE');
    stand.run(5_000);
    expect(call.finals).toEqual([200]);
  });

  scenario(
    'a carrier that routes strictly (16.4): our URI in the Request-URI, the target last in Route',
    {},
    (stand) => {
      const { call, leg } = established(stand);
      const strict = new Dialog(stand.carrier, {
        ...call.dialog.parts,
        target: call.dialog.nextHop(),
        routes: [`<${call.dialog.parts.target}>`],
      });
      const bye = strict.request('BYE', stand.network.now);
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(leg.requests.at(-1)?.uri).toBe(stand.pbx.contact);
      expect(leg.requests.at(-1)?.headers.has(HeaderId.Route)).toBe(false);
    },
  );

  scenario('a refusal within a dialog is passed back as it is: 488 to a re-INVITE', {}, (stand) => {
    stand.register();
    stand.pbx.behaviour = { ...stand.pbx.behaviour, inDialogStatus: 488 };
    const call = stand.call();
    stand.run(1_000);
    const reinvite = call.dialog.request('INVITE', stand.network.now);
    stand.run(1_000);
    expect(reinvite.status).toBe(488);
    expect(stand.pbx.leg.up).toBe(true);
  });

  scenario(
    'a 503 to a BYE is passed on as 500 and not failed over',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = { ...stand.pbx.behaviour, inDialogStatus: 503 };
      const call = stand.call();
      stand.run(1_000);
      const bye = call.bye();
      stand.run(1_000);
      expect([500, 503]).toContain(bye.status);
      expect(stand.tried()).toEqual(['pbx']);
    },
  );

  scenario('a PBX that is gone: no 408 to a BYE (RFC 4320), the call is over all the same', {}, (stand) => {
    const { call, leg } = established(stand);
    stand.network.unplug(stand.pbx);
    const bye = call.bye();
    stand.run(60_000);
    // RFC 4320 section 4.1: a 100 is right, once Timer E has come to T2.
    expect(new Set(bye.responses.map(({ status }) => status))).toEqual(new Set([100]));
    expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded' });
    expect(bye.timeout).toBe(true);
    leg.state = 'ended';
  });

  scenario('a Route that nobody signed is not followed: 403 to a stranger', {}, (stand) => {
    const { call } = established(stand);
    const stranger = stand.phone({ name: 'stranger', address: ADDRESSES.stranger });
    const victim = stand.phone({ name: 'victim', address: '203.0.113.99' });
    for (const user of ['d.x..aaaaaaaaaaaaaaaaaaaa', 'anything', '']) {
      const forged = new Dialog(stranger, {
        callId: 'made-up',
        local: '<sip:a@b.example>;tag=1',
        remote: '<sip:c@d.example>;tag=2',
        target: victim.contact,
        routes: [`<sip:${user}${user === '' ? '' : '@'}${stand.here.place};lr>`],
        cseq: 0,
      });
      for (const method of ['INVITE', 'BYE', 'MESSAGE', 'REFER']) {
        const exchange = forged.request(method, stand.network.now);
        stand.run(1_000);
        expect(exchange.status, `${method} with ${user}`).toBe(403);
      }
      forged.acknowledge(1);
      stand.run(1_000);
    }
    expect(victim.requests).toEqual([]);
    expect(victim.legs).toEqual([]);
    expect(call.bye().status).toBe(undefined);
  });

  scenario("a Route of one call is of no use for another: it is bound to the call's Call-ID", {}, (stand) => {
    const { call } = established(stand);
    const victim = stand.phone({ name: 'victim', address: '203.0.113.99' });
    const stolen = new Dialog(stand.pbx, {
      ...call.dialog.parts,
      callId: 'another-call',
      target: victim.contact,
    });
    const exchange = stolen.request('INVITE', stand.network.now);
    stolen.acknowledge(1);
    stand.run(1_000);
    expect(exchange.status).toBe(403);
    expect(victim.requests).toEqual([]);
    expect(victim.legs).toEqual([]);
  });

  for (const from of ['the PBX of the call', 'a stranger']) {
    scenario(
      `who had a call is no relay's owner: its Route, used by ${from}, leads to its own ends only`,
      {},
      (stand) => {
        const { call } = established(stand);
        const victim = stand.phone({ name: 'victim', address: '203.0.113.99' });
        const user =
          from === 'a stranger' ? stand.phone({ name: 'stranger', address: ADDRESSES.stranger }) : stand.pbx;
        const [ours = ''] = call.dialog.parts.routes;
        for (const routes of [[ours], [ours, `<${victim.contact};lr>`]]) {
          const stolen = new Dialog(user, { ...call.dialog.parts, target: victim.contact, routes });
          stolen.request('MESSAGE', stand.network.now);
          stolen.request('INVITE', stand.network.now);
          stolen.acknowledge(1);
          stand.run(1_000);
        }
        expect(victim.requests).toEqual([]);
        expect(victim.legs).toEqual([]);
        const foreign = new Dialog(user, {
          ...call.dialog.parts,
          local: '<sip:2125550000@x>;tag=new',
          remote: '<sip:c@d>;tag=zz',
        });
        const exchange = foreign.request('INVITE', stand.network.now);
        stand.run(1_000);
        expect(exchange.status).toBe(403);
      },
    );
  }

  scenario('no relay: a request outside dialogs with a Route to somewhere else goes nowhere', {}, (stand) => {
    const victim = stand.phone({ name: 'victim', address: '203.0.113.99' });
    stand.carrier.call(stand.here.place, '', {
      uri: victim.contact,
      routes: [`<sip:${stand.here.place};lr>`, `<${victim.contact};lr>`],
    });
    stand.run(10_000);
    expect(victim.legs).toEqual([]);
    expect(stand.carrier.calls[0]?.finals).toEqual([404]);
  });

  scenario('a Route in front of us that the carrier has preloaded is taken off', {}, (stand) => {
    stand.register();
    const call = stand.call({ routes: [`<sip:${stand.here.place};lr>`] });
    stand.run(1_000);
    expect(call.finals).toEqual([200]);
    expect(stand.pbx.leg.invite.headers.has(HeaderId.Route)).toBe(false);
  });

  scenario('what the PBX asserts within the dialog is not passed on to the carrier', {}, (stand) => {
    const { leg } = established(stand);
    leg.dialog.request('UPDATE', stand.network.now, 'P-Asserted-Identity: <sip:911@evil.example>\r\n');
    stand.run(1_000);
    const [update] = stand.carrier.requests;
    expect(update?.method).toBe('UPDATE');
    expect(update?.headers.has(HeaderId.PAssertedIdentity)).toBe(false);
  });

  scenario('a carrier whose gateway was removed can still end its calls', {}, (stand) => {
    const { call, leg } = established(stand);
    stand.change({ kind: 'gatewayRemoved', id: carrier.id });
    const bye = call.bye();
    stand.run(1_000);
    expect(bye.status).toBe(200);
    expect(leg.state).toBe('ended');
  });
});
