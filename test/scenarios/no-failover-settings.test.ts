import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { answers, rejects, ringsThen, SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';

// Design, section 2, item 2.
atBothTrunkServers((scenario) => {
  scenario(
    'neither DID nor account has failover settings: the call is handed to the other trunk server',
    {},
    (stand) => {
      stand.register(stand.other);
      stand.pbx.behaviour = ringsThen(200, 2_000);
      const call = stand.call();
      stand.run(3_000);
      expect(stand.invites()).toEqual(['0 other', '5 pbx']);
      expect(call.statuses).toEqual([100, 180, 200]);
      expect(stand.pbx.leg.acknowledged).toBe(true);
      expect(stand.attempts()).toEqual(['registered skipped notRegistered', 'otherTrunkServer answered']);
      const [theirs] = stand.other.records;
      expect(theirs).toMatchObject({ handedOverFrom: stand.record().id, finalStatus: 200 });
      expect(theirs === undefined ? [] : stand.attempts(theirs)).toEqual(['registered answered']);
      const bye = call.bye();
      stand.run(1_000);
      expect(bye.status).toBe(200);
      expect(stand.pbx.leg.state).toBe('ended');
    },
  );

  scenario(
    'the PBX is sent the same as by its own trunk server: DID in Request-URI and To, caller ID',
    {},
    (stand) => {
      stand.register(stand.other);
      stand.call({ headers: 'P-Asserted-Identity: <sip:+12125550123@carrier.example>\r\n' });
      stand.run(1_000);
      const { invite } = stand.pbx.leg;
      expect(invite.uri).toBe('sip:2125550142@203.0.113.5:5060');
      expect(header(invite, HeaderId.To)).toContain('sip:2125550142@');
      expect(header(invite, HeaderId.Route)).toBe(undefined);
      expect(header(invite, HeaderId.MaxForwards)).toBe('68');
      expect(header(invite, HeaderId.PAssertedIdentity)).toBe('<sip:+12125550123@carrier.example>');
      expect(invite.headers.elements(HeaderId.RecordRoute)).toHaveLength(2);
    },
  );

  scenario('none has a binding: give up, 480 to the carrier', {}, (stand) => {
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 other']);
    expect(call.finals).toEqual([480]);
    expect(call.finalAfter).toBe(20);
    expect(stand.attempts()).toEqual([
      'registered skipped notRegistered',
      'otherTrunkServer unreachable notRegisteredThere',
    ]);
  });

  scenario(
    'the other trunk server tries only its own bindings: a handed-over call is never handed on',
    {},
    (stand) => {
      stand.register(stand.here);
      stand.pbx.behaviour = rejects(503);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx', 'other']);
      expect(stand.requests('INVITE', stand.other.name)).toHaveLength(0);
      expect(call.finals).toEqual([500]);
    },
  );

  scenario('the PBX here fails, its binding at the other trunk server takes the call', {}, (stand) => {
    const pbx2 = stand.pbxOf({ name: 'pbx2', address: '203.0.113.6' }, 'acme');
    stand.register(stand.here);
    stand.register(stand.other, pbx2);
    stand.pbx.behaviour = rejects(503);
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['pbx', 'other', 'pbx2']);
    expect(call.finals).toEqual([200]);
  });

  scenario('busy at the other trunk server is passed back to the carrier', {}, (stand) => {
    stand.register(stand.other);
    stand.pbx.behaviour = rejects(486);
    const call = stand.call();
    stand.run(1_000);
    expect(call.finals).toEqual([486]);
    expect(stand.attempts().at(-1)).toBe('otherTrunkServer rejected 486');
  });

  scenario('a PBX that is silent at the other trunk server: nothing reachable, 480', {}, (stand) => {
    stand.register(stand.other);
    stand.pbx.behaviour = SILENT;
    const call = stand.call();
    stand.run(10_000);
    expect(stand.invites()).toEqual(['0 other', '5 pbx', '505 pbx', '1505 pbx', '3505 pbx']);
    expect(call.finals).toEqual([480]);
    expect(call.finalAfter).toBe(4_020);
    expect(stand.attempts().at(-1)).toBe('otherTrunkServer noResponse silent');
  });

  scenario(
    'three trunk servers: one after another, each asked once by the one that has the call',
    { third: true },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['other', 'trunk3']);
      expect(stand.requests('INVITE', stand.here.name)).toHaveLength(2);
      expect(call.finals).toEqual([480]);
    },
  );

  scenario('three trunk servers: the third has the binding', { third: true }, (stand) => {
    stand.register(stand.third);
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 other', '10 trunk3', '15 pbx']);
    expect(call.finals).toEqual([200]);
  });

  scenario('the other trunk server does not run: 480 after 4 s', {}, (stand) => {
    stand.network.unplug(stand.other);
    const call = stand.call();
    stand.run(10_000);
    expect(call.finals).toEqual([480]);
    expect(call.finalAfter).toBe(4_010);
  });

  scenario('a CANCEL reaches the PBX by way of the other trunk server', {}, (stand) => {
    stand.register(stand.other);
    stand.pbx.behaviour = ringsThen(200, 30_000);
    const call = stand.call();
    stand.run(5_000);
    call.cancel();
    stand.run(1_000);
    expect(call.finals).toEqual([487]);
    expect(stand.pbx.leg.cancelled).toBe(true);
    expect(stand.sent('CANCEL')).toEqual(['5000 CANCEL other', '5005 CANCEL pbx']);
    expect(stand.attempts().at(-1)).toBe('otherTrunkServer cancelled');
  });

  scenario(
    'registered with both: the binding at the trunk server that the call comes to is used',
    {},
    (stand) => {
      stand.register(stand.here);
      stand.register(stand.other);
      stand.pbx.behaviour = answers();
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx']);
    },
  );
});
