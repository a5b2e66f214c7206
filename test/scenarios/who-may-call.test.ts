import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ADDRESSES, carrier, DID, toNumber } from './settings.ts';
import type { Stand } from './stand.ts';

const failover = { number: toNumber };

/** The Route with which this trunk server hands a call over, as it was seen on the wire. */
function handOverRoute(stand: Stand): string {
  const route = header(stand.inviteTo(stand.other.name), HeaderId.Route);
  if (route === undefined) throw new Error('the call was not handed over');
  return route;
}

// Design, section 2: "An INVITE from a gateway address for a DID of ours arrives at trunk server T."
atBothTrunkServers((scenario) => {
  scenario('not a gateway: 403, and nothing is called', { failover }, (stand) => {
    stand.register();
    const stranger = stand.phone({ name: 'stranger', address: ADDRESSES.stranger });
    const call = stranger.call(stand.here.place, DID);
    stand.run(1_000);
    expect(call.finals).toEqual([403]);
    expect(stand.tried()).toEqual([]);
    expect(stand.here.records).toEqual([]);
  });

  scenario('a registered PBX is no gateway either: 403', { failover }, (stand) => {
    stand.register();
    const call = stand.pbx.call(stand.here.place, '+13105550100');
    stand.run(1_000);
    expect(call.finals).toEqual([403]);
  });

  scenario('a gateway that only takes calls may not send any: 403', { failover }, (stand) => {
    const call = stand.gateway.call(stand.here.place, DID);
    stand.run(1_000);
    expect(call.finals).toEqual([403]);
  });

  scenario(
    'a gateway with a range of addresses',
    {
      more: [{ kind: 'gateway', gateway: { ...carrier, sources: ['198.51.100.8/29'] } }],
    },
    (stand) => {
      const inside = stand.phone({ name: 'inside', address: '198.51.100.15' });
      const outside = stand.phone({ name: 'outside', address: '198.51.100.16' });
      const calls = [inside.call(stand.here.place, DID), outside.call(stand.here.place, DID)];
      stand.run(5_000);
      expect(calls.map(({ finals }) => finals)).toEqual([[480], [403]]);
    },
  );

  scenario('a gateway that is removed may not call from then on', { failover }, (stand) => {
    stand.change({ kind: 'gatewayRemoved', id: carrier.id });
    const call = stand.call();
    stand.run(1_000);
    expect(call.finals).toEqual([403]);
  });

  for (const [what, options] of [
    ['another number', { uri: 'sip:+13105550100@192.0.2.1' }],
    ['no number at all', { uri: 'sip:reception@192.0.2.1' }],
    ['no user part', { uri: 'sip:192.0.2.1' }],
  ] as const) {
    scenario(`unknown DID: 404: ${what}`, { failover }, (stand) => {
      const call = stand.call(options);
      stand.run(1_000);
      expect(call.finals).toEqual([404]);
      expect(stand.tried()).toEqual([]);
    });
  }

  scenario('not in a dialog of ours: 403 to a stranger, 481 to a gateway', { failover }, (stand) => {
    stand.register();
    const stranger = stand.phone({ name: 'stranger', address: ADDRESSES.stranger });
    const to = `<sip:${DID}@${stand.here.place}>;tag=made-up`;
    const [outside, inside] = [stranger.call(stand.here.place, DID, { to }), stand.call({ to })];
    stand.run(1_000);
    expect([outside.finals, inside.finals]).toEqual([[403], [481]]);
    expect(stand.tried()).toEqual([]);
  });

  scenario('sips: 416; Proxy-Require: 420 with Unsupported', { failover }, (stand) => {
    const sips = stand.call({ uri: `sips:${DID}@${stand.here.place}` });
    const required = stand.call({ headers: 'Proxy-Require: gin, foo\r\n' });
    stand.run(1_000);
    expect([sips.finals, required.finals]).toEqual([[416], [420]]);
    expect(header(required.final, HeaderId.Unsupported)).toBe('gin, foo');
  });

  scenario('a copy of an INVITE that comes another way: 482', {}, (stand) => {
    stand.register();
    stand.pbx.behaviour = SILENT;
    const call = stand.call();
    stand.run(100);
    const { invite } = call;
    stand.carrier.sendText(
      `sip:${stand.here.place}`,
      invite.text.replace(invite.via.branch ?? '', 'z9hG4bK-another-way'),
    );
    stand.run(100);
    const [merged] = stand.responses(482, stand.here.name);
    expect(merged?.message.via.branch).toBe('z9hG4bK-another-way');
    expect(stand.pbx.legs).toHaveLength(1);
    // The copy is a second transaction of the same call, which the common checks take for a second answer.
    stand.network.trace.splice(0);
    stand.carrier.calls.splice(0);
  });

  scenario(
    'the hand-over mark: a call that another trunk server hands over needs no gateway',
    {},
    (stand) => {
      stand.register(stand.other);
      const call = stand.call();
      stand.run(1_000);
      expect(handOverRoute(stand)).toMatch(new RegExp(`^<sip:h\\.[^@]+@${stand.other.place};lr>$`));
      expect(call.finals).toEqual([200]);
      expect(stand.other.records[0]?.handedOverFrom).toBe(stand.record().id);
    },
  );

  scenario('a mark that a stranger copied from the wire: 403', {}, (stand) => {
    const call = stand.call();
    stand.run(1_000);
    const stranger = stand.phone({ name: 'stranger', address: ADDRESSES.stranger });
    const { invite } = call;
    const copied = stranger.call(stand.other.place, DID, {
      routes: [handOverRoute(stand)],
      callId: invite.callId,
      from: header(invite, HeaderId.From) ?? '',
    });
    stand.run(1_000);
    expect(copied.finals).toEqual([403]);
    expect(stand.tried()).toEqual(['other']);
    expect(stand.other.records).toHaveLength(1);
  });

  scenario('a mark that a gateway copied is ignored: its call is an ordinary one', { failover }, (stand) => {
    stand.change({ kind: 'account', account: accountWithout(stand) });
    stand.call();
    stand.run(1_000);
    const route = handOverRoute(stand);
    stand.change({ kind: 'account', account: accountWithout(stand, true) });
    // Handed over, it would end at the other trunk server's bindings; an ordinary call goes to the number.
    const { invite } = stand.call({}, DID);
    stand.run(1_000);
    const again = stand.carrier.call(stand.other.place, DID, {
      routes: [route],
      callId: `${invite.callId}-2`,
    });
    stand.run(1_000);
    expect(again.finals).toEqual([200]);
    expect(stand.other.records.at(-1)?.handedOverFrom).toBe(undefined);
    stand.carrier.calls.pop();
  });

  scenario(
    'a mark for another call is not taken: 403, even from the address of a trunk server',
    {},
    (stand) => {
      stand.call();
      stand.run(1_000);
      const route = handOverRoute(stand);
      const handedOver = stand.inviteTo(stand.other.name);
      for (const [what, change] of [
        ['Call-ID', (text: string) => text.replace(handedOver.callId, 'another-call')],
        ['CSeq', (text: string) => text.replace('CSeq: 1 ', 'CSeq: 2 ')],
        ['From tag', (text: string) => text.replaceAll(handedOver.fromTag ?? '', 'another-tag')],
        [
          'mark',
          (text: string) =>
            text.replace(
              route,
              route.replace(/.@/, (end) => (end === 'x@' ? 'y@' : 'x@')),
            ),
        ],
        ['no mark', (text: string) => text.replace(`Route: ${route}\r\n`, '')],
      ] as const) {
        const text = change(handedOver.text).replaceAll(
          handedOver.via.branch ?? '',
          `z9hG4bK-${what.length}-${what.slice(0, 2)}`,
        );
        stand.network.send(stand.here, stand.other.address, 5060, text);
        stand.run(100);
      }
      expect(stand.responses(403, stand.other.name, stand.here.name).length).toBeGreaterThanOrEqual(5);
      expect(stand.other.records).toHaveLength(1);
      stand.run(40_000);
    },
  );
});

function accountWithout(stand: Stand, withFailover = false) {
  const account = stand.here.server.table.accounts.values().next().value;
  if (account === undefined) throw new Error('there is no account');
  const { failover: _, ...rest } = account;
  return withFailover ? { ...rest, failover } : rest;
}
