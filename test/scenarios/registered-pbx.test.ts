import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { answers, rejects, SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ACCOUNT, ADDRESSES, e164, GROUP, OTHER_GROUP, toBackup, toNumber, trunkGroup } from './settings.ts';

// Design, section 2, item 1.
atBothTrunkServers((scenario) => {
  scenario("the call goes to the registered PBX, and the PBX's answer to the carrier", {}, (stand) => {
    stand.register();
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 pbx']);
    expect(call.statuses).toEqual([100, 200]);
    expect(stand.pbx.leg.acknowledged).toBe(true);
    expect(call.bye().status).toBe(undefined);
    stand.run(1_000);
    expect(stand.pbx.leg.state).toBe('ended');
    expect(stand.attempts()).toEqual(['registered answered']);
    const { did, caller, account, finalStatus, answeredAt, sipCallId } = stand.record();
    expect({ did, caller, account, finalStatus, sipCallId }).toEqual({
      did: '+12125550142',
      caller: '+12125550123',
      account: ACCOUNT,
      finalStatus: 200,
      sipCallId: call.invite.callId,
    });
    expect(answeredAt).toBe(call.startedAt + 15);
    expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded', call: stand.record().id });
  });

  scenario('the bindings of the trunk group, by q then newest first, one after another', {}, (stand) => {
    const pbxs = ['a', 'b', 'c', 'd'].map((name, i) =>
      stand.pbxOf({ name, address: `203.0.113.${100 + i}` }, 'acme'),
    );
    const [a, b, c, d] = pbxs;
    for (const [pbx, q] of [
      [a, '0.5'],
      [b, '0.9'],
      [c, '0.5'],
      [d, '0.1'],
    ] as const) {
      if (pbx === undefined) continue;
      pbx.behaviour = rejects(503);
      stand.register(stand.here, pbx, { contacts: [`<${pbx.contact}>;q=${q}`] });
    }
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 b', '10 c', '20 a', '30 d', '40 other']);
    expect(call.finals).toEqual([500]);
  });

  scenario(
    "only the bindings of the DID's own trunk group are tried",
    {
      more: [{ kind: 'trunkGroup', trunkGroup: trunkGroup(OTHER_GROUP, 'acme-branch') }],
    },
    (stand) => {
      const branch = stand.pbxOf({ name: 'branch', address: '203.0.113.7' }, 'acme-branch');
      stand.register(stand.here, branch);
      const call = stand.call();
      stand.run(1_000);
      expect(branch.legs).toHaveLength(0);
      expect(call.finals).toEqual([480]);
    },
  );

  for (const [didFormat, written] of [
    ['10-digits', '2125550142'],
    ['11-digits', '12125550142'],
    ['e164', '+12125550142'],
  ] as const) {
    scenario(
      `Request-URI = the binding's URI with the user part replaced by the DID, its parameters kept; To carries the same DID: ${didFormat}`,
      {
        account: { didFormat },
      },
      (stand) => {
        const contact = `sip:s@${ADDRESSES.pbx}:5060;line=abcde;ob;x=%41`;
        stand.register(stand.here, stand.pbx, { contacts: [`<${contact}>`] });
        stand.call();
        stand.run(1_000);
        const { invite } = stand.pbx.leg;
        expect(invite.uri).toBe(`sip:${written}@${ADDRESSES.pbx}:5060;line=abcde;ob;x=%41`);
        expect(header(invite, HeaderId.To)).toBe(`<sip:${written}@${stand.here.address}:5060>`);
      },
    );
  }

  scenario('the carrier sees the To that it sent, whatever the PBX was sent', {}, (stand) => {
    stand.register();
    const call = stand.call({ to: '"DID" <sip:+1-212-555-0142@carrier.example>' });
    stand.run(1_000);
    expect(header(stand.pbx.leg.invite, HeaderId.To)).toBe('"DID" <sip:2125550142@carrier.example>');
    expect(header(call.final, HeaderId.To)).toBe(
      `"DID" <sip:+1-212-555-0142@carrier.example>;tag=${stand.pbx.leg.tag}`,
    );
  });

  for (const [written, forPbx] of [
    ['"sip:1@a" <sip:1@a>;x=">"', '"sip:1@a" <sip:2125550142@a>;x=">"'],
    ['< SIP:1@a;user=phone >', (own: string) => `< sip:2125550142@${own} >`],
    ['<tel:+12125550142>;x', (own: string) => `<sip:2125550142@${own}>;x`],
    ['sip:1@a;x', '<sip:2125550142@a>;x'],
    ['<sip:2125550142@a> ; x', '<sip:2125550142@a> ; x'],
    ['<sip:1@a>;=', '<sip:1@a>;='],
  ] as const) {
    scenario(`To is ${written}: its URI alone is another for the PBX`, {}, (stand) => {
      stand.register();
      stand.call({ to: written });
      stand.run(1_000);
      const expected = typeof forPbx === 'string' ? forPbx : forPbx(stand.here.address);
      expect(header(stand.pbx.leg.invite, HeaderId.To)).toBe(expected);
    });
  }

  for (const written of ['2125550142', '12125550142', '+12125550142', '0112125550142', '+1-212-555-0142']) {
    const known = written !== '0112125550142';
    scenario(
      `a carrier may write the DID as ${written}: ${known ? 'found' : 'not a number of this country'}`,
      {},
      (stand) => {
        stand.register();
        const call = stand.call({}, written);
        stand.run(1_000);
        expect(call.finals).toEqual([known ? 200 : 404]);
      },
    );
  }

  scenario('a carrier may write the DID as a tel URI', {}, (stand) => {
    stand.register();
    const call = stand.call({ uri: 'tel:+1-212-555-0142', to: '<tel:+12125550142>' });
    stand.run(1_000);
    expect(call.finals).toEqual([200]);
    expect(header(stand.pbx.leg.invite, HeaderId.To)).toContain('sip:2125550142@');
  });

  scenario(
    "sent along the binding's flow, to the address the REGISTER came from: a PBX behind a NAT takes INVITE, ACK and BYE",
    {},
    (stand) => {
      const nated = stand.pbxOf(
        { name: 'nated', address: '203.0.113.77', port: 40_123, believes: '10.0.0.7:5060' },
        'acme',
      );
      stand.register(stand.here, nated);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 nated']);
      expect(nated.leg.invite.uri).toBe('sip:2125550142@10.0.0.7:5060');
      expect(call.finals).toEqual([200]);
      expect(nated.leg.acknowledged).toBe(true);
      const bye = call.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(nated.leg.state).toBe('ended');
      for (const { to } of stand.wire()) expect(to).not.toBe('10.0.0.7:5060');
    },
  );

  scenario('a PBX behind a NAT hangs up and re-invites: the carrier gets both', {}, (stand) => {
    const nated = stand.pbxOf(
      { name: 'nated', address: '203.0.113.77', port: 40_123, believes: '10.0.0.7:5060' },
      'acme',
    );
    stand.register(stand.here, nated);
    stand.call();
    stand.run(1_000);
    const reinvite = nated.leg.dialog.request('INVITE', stand.network.now);
    stand.run(1_000);
    expect(reinvite.status).toBe(200);
    const bye = nated.leg.dialog.request('BYE', stand.network.now);
    stand.run(1_000);
    expect(bye.status).toBe(200);
    expect(stand.requests('BYE', stand.here.name, 'carrier')).toHaveLength(1);
    expect(stand.here.events.at(-1)).toMatchObject({ kind: 'callEnded' });
  });

  scenario('caller ID is kept: From, display name and body leave as they came', {}, (stand) => {
    stand.register();
    const from = '"J. Doe \\"x\\"" <sip:+13105550100;npdi@carrier.example;user=phone>;tag=f-1';
    const call = stand.call({ from, headers: 'X-Carrier-Trace: 7f/3\r\nSession-ID: ab12\r\n' });
    stand.run(1_000);
    const { invite } = stand.pbx.leg;
    expect(header(invite, HeaderId.From)).toBe(from);
    expect(invite.body).toBe(call.invite.body);
    expect(invite.text).toContain('\r\nX-Carrier-Trace: 7f/3\r\nSession-ID: ab12\r\n');
    expect(stand.record().caller).toBe('+13105550100');
  });

  scenario('Max-Forwards is lowered by one; we record our route and add our Via', {}, (stand) => {
    stand.register();
    stand.call({ maxForwards: 20 });
    stand.run(1_000);
    const { invite } = stand.pbx.leg;
    expect(header(invite, HeaderId.MaxForwards)).toBe('19');
    expect(invite.headers.elements(HeaderId.RecordRoute)).toHaveLength(1);
    expect(header(invite, HeaderId.RecordRoute)).toMatch(
      new RegExp(`^<sip:d\\.[^@]+@${stand.here.address}:5060;lr>$`),
    );
    expect(invite.headers.elements(HeaderId.Via)).toHaveLength(2);
    expect(invite.headers.has(HeaderId.Diversion)).toBe(false);
    expect(invite.headers.has(HeaderId.HistoryInfo)).toBe(false);
  });

  scenario('the carrier has its 100 within 200 ms, also while the PBX is silent', {}, (stand) => {
    stand.pbx.behaviour = SILENT;
    stand.register();
    stand.call();
    stand.run(1_000);
    expect(stand.responses(100, stand.here.name, 'carrier').map(({ at }) => at)).toEqual([0]);
  });

  scenario(
    'a registered PBX that answers is not followed by anything',
    {
      failover: { backup: toBackup, number: toNumber },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = answers(3_900);
      stand.call();
      stand.run(60_000);
      expect(stand.tried()).toEqual(['pbx']);
    },
  );

  scenario(
    'a DID is on exactly one trunk group: moved to another one, its calls go there',
    {
      more: [{ kind: 'trunkGroup', trunkGroup: trunkGroup(OTHER_GROUP, 'acme-branch') }],
    },
    (stand) => {
      const branch = stand.pbxOf({ name: 'branch', address: '203.0.113.7' }, 'acme-branch');
      stand.register();
      stand.register(stand.here, branch);
      stand.call();
      stand.run(1_000);
      stand.change({
        kind: 'did',
        did: { number: e164('+12125550142'), account: ACCOUNT, trunkGroup: OTHER_GROUP },
      });
      stand.call();
      stand.run(1_000);
      stand.change({
        kind: 'did',
        did: { number: e164('+12125550142'), account: ACCOUNT, trunkGroup: GROUP },
      });
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx', 'branch', 'pbx']);
      expect(stand.here.records.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    },
  );

  for (const [what, rewrite] of [
    [
      'compact header names (7.3.3)',
      (text: string) =>
        Object.entries({
          Via: 'v',
          From: 'f',
          To: 't',
          'Call-ID': 'i',
          Contact: 'm',
          'Content-Length': 'l',
          'Content-Type': 'c',
          Supported: 'k',
        }).reduce((written, [long, short]) => written.replaceAll(`\r\n${long}: `, `\r\n${short} : `), text),
    ],
    [
      'folded header fields (7.3.1)',
      (text: string) =>
        text.replaceAll(';tag=', '\r\n ;tag=').replace('Max-Forwards: ', 'Max-Forwards:\r\n\t'),
    ],
    ['Max-Forwards left out (16.3)', (text: string) => text.replace('Max-Forwards: 70\r\n', '')],
    [
      'several Vias in one line (7.3.1)',
      (text: string) =>
        text.replace(/\r\n(Via: [^\r]*)/, '\r\n$1, SIP/2.0/UDP inner.carrier.example;branch=z9hG4bKinner'),
    ],
  ] as const) {
    scenario(`a carrier that writes ${what}`, {}, (stand) => {
      stand.register();
      const call = stand.call({ rewrite });
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(header(stand.pbx.leg.invite, HeaderId.MaxForwards)).toBe('69');
      expect(call.final?.headers.elements(HeaderId.Via)).toEqual(
        call.invite.headers
          .elements(HeaderId.Via)
          .map((via, i) => (i === 0 ? header(call.final, HeaderId.Via)?.split(',')[0] : via)),
      );
      const bye = call.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
    });
  }
});
