import { expect } from 'vitest';
import { accountId } from '../../src/domain/ids.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { rejects, rings, SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ACCOUNT, at, e164, OTHER_GROUP, OTHER_NUMBER, toBackup, toNumber, trunkGroup } from './settings.ts';

const otherNumber = e164(OTHER_NUMBER);
const otherBackup = { kind: 'address', address: at('203.0.113.9') } as const;

// Design, section 2, item 3.
atBothTrunkServers((scenario) => {
  scenario(
    'an unregistered PBX: the backup is called at once, with the DID in Request-URI and To',
    {
      failover: { backup: toBackup, number: toNumber },
    },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 backup']);
      expect(call.finals).toEqual([200]);
      const { invite } = stand.backup.leg;
      expect(invite.uri).toBe('sip:2125550142@203.0.113.8');
      expect(header(invite, HeaderId.To)).toContain('sip:2125550142@');
      expect(invite.headers.has(HeaderId.Diversion)).toBe(false);
    },
  );

  for (const where of ['account', 'did'] as const) {
    const failover = { number: toNumber };
    scenario(
      `failover settings exist on the ${where}: the call is not handed to another trunk server`,
      where === 'account' ? { failover } : { did: { failover } },
      (stand) => {
        stand.register(stand.other);
        const call = stand.call();
        stand.run(1_000);
        expect(stand.invites()).toEqual(['0 gateway']);
        expect(stand.pbx.legs).toHaveLength(0);
        expect(call.finals).toEqual([200]);
      },
    );
  }

  scenario(
    'first the registered PBX, then the backup, then the number',
    {
      failover: { backup: toBackup, number: toNumber },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503);
      stand.backup.behaviour = rejects(503);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 pbx', '10 backup', '20 gateway']);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()).toEqual(['registered rejected 503', 'backup rejected 503', 'number answered']);
    },
  );

  for (const [what, did, tried, numberUri, sources] of [
    ['the DID has neither', {}, ['backup', 'gateway'], toNumber, ['account', 'account']],
    ['the DID has a backup', { backup: otherBackup }, ['backup2', 'gateway'], toNumber, ['did', 'account']],
    ['the DID has a number', { number: otherNumber }, ['backup', 'gateway'], otherNumber, ['account', 'did']],
    [
      'the DID has both',
      { backup: otherBackup, number: otherNumber },
      ['backup2', 'gateway'],
      otherNumber,
      ['did', 'did'],
    ],
  ] as const) {
    scenario(
      `the backup is the DID's if it has one, else the account's; the number the DID's, else the account's: ${what}`,
      {
        failover: { backup: toBackup, number: toNumber },
        did: 'backup' in did || 'number' in did ? { failover: did } : {},
      },
      (stand) => {
        const backup2 = stand.phone({ name: 'backup2', address: '203.0.113.9' });
        stand.backup.behaviour = rejects(503);
        backup2.behaviour = rejects(503);
        stand.call();
        stand.run(1_000);
        expect(stand.tried()).toEqual(tried);
        expect(stand.gateway.leg.invite.uri).toBe(`sip:${numberUri}@198.51.100.20;user=phone`);
        const [, backup, number] = stand.record().attempts;
        expect([backup?.reason, number?.reason]).toEqual([
          { kind: 'backup', source: sources[0] },
          { kind: 'number', source: sources[1] },
        ]);
      },
    );
  }

  scenario(
    "the DID's number replaces the account's: if it fails, the account's number is not tried too",
    {
      failover: { number: toNumber },
      did: { failover: { number: otherNumber } },
    },
    (stand) => {
      stand.gateway.behaviour = rejects(503);
      const call = stand.call();
      stand.run(60_000);
      expect(stand.tried()).toEqual(['gateway']);
      expect(stand.gateway.leg.invite.uri).toContain(OTHER_NUMBER);
      expect(call.finals).toEqual([500]);
    },
  );

  scenario(
    'shared registrations: the bindings at the other trunk servers are tried first',
    {
      failover: { backup: toBackup, number: toNumber },
      delivery: { sharedRegistrations: true },
    },
    (stand) => {
      stand.register(stand.other);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 other', '5 pbx']);
      expect(call.finals).toEqual([200]);
      expect(stand.record().attempts.at(-1)?.reason).toEqual({
        kind: 'otherTrunkServer',
        why: 'sharedRegistrations',
      });
    },
  );

  scenario(
    'shared registrations, but no binding anywhere: on to the backup within 20 ms',
    {
      failover: { backup: toBackup },
      delivery: { sharedRegistrations: true },
    },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 other', '10 backup']);
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    'shared registrations: the PBX at the other trunk server is silent, the backup follows',
    {
      failover: { backup: toBackup },
      delivery: { sharedRegistrations: true },
    },
    (stand) => {
      stand.register(stand.other);
      stand.pbx.behaviour = SILENT;
      stand.call();
      stand.run(10_000);
      expect(stand.invites().at(-1)).toBe('4010 backup');
      expect(stand.attempts().slice(1)).toEqual(['otherTrunkServer noResponse silent', 'backup answered']);
    },
  );

  scenario(
    'shared registrations: the PBX at the other trunk server rings to the limit of no-answer failover',
    { failover: { number: toNumber }, delivery: { sharedRegistrations: true, noAnswerFailover: true } },
    (stand) => {
      stand.register(stand.other);
      stand.pbx.behaviour = rings();
      const call = stand.call();
      stand.run(40_000);
      expect(stand.invites()).toEqual(['0 other', '5 pbx', '25020 gateway']);
      expect(stand.pbx.leg.cancelled).toBe(true);
      expect(call.finals).toEqual([200]);
    },
  );

  scenario(
    'shared registrations do not lead a handed-over call to the backup twice',
    {
      failover: { backup: toBackup },
      delivery: { sharedRegistrations: true },
    },
    (stand) => {
      stand.register(stand.other);
      stand.pbx.behaviour = rejects(503);
      stand.backup.behaviour = rejects(486);
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['other', 'pbx', 'backup']);
      expect(call.finals).toEqual([486]);
    },
  );

  scenario('the default of shared registrations is off', { failover: { number: toNumber } }, (stand) => {
    stand.register(stand.other);
    stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['gateway']);
  });

  const groups = {
    failover: { backup: { kind: 'trunkGroup', trunkGroup: OTHER_GROUP }, number: toNumber },
    more: [{ kind: 'trunkGroup', trunkGroup: trunkGroup(OTHER_GROUP, 'acme-branch') }],
  } as const;

  scenario('the backup is another trunk group of the account: its bindings are called', groups, (stand) => {
    const branch = stand.pbxOf({ name: 'branch', address: '203.0.113.7' }, 'acme-branch');
    stand.register(stand.here, branch);
    const call = stand.call();
    stand.run(1_000);
    expect(stand.invites()).toEqual(['0 branch']);
    expect(branch.leg.invite.uri).toBe('sip:2125550142@203.0.113.7:5060');
    expect(call.finals).toEqual([200]);
    expect(stand.attempts()).toEqual(['registered skipped notRegistered', 'backup answered']);
  });

  scenario(
    'the backup is another trunk group that is not registered: on to the number at once',
    groups,
    (stand) => {
      stand.call();
      stand.run(1_000);
      expect(stand.invites()).toEqual(['0 gateway']);
      expect(stand.attempts()[1]).toBe('backup skipped notRegistered');
    },
  );

  scenario(
    'the trunk group of the backup belongs to someone else: it is not called',
    {
      ...groups,
      more: [
        { kind: 'trunkGroup', trunkGroup: trunkGroup(OTHER_GROUP, 'acme-branch', accountId('other-co')) },
      ],
    },
    (stand) => {
      stand.call();
      stand.run(1_000);
      expect(stand.attempts()[1]).toBe('backup skipped noSuchTrunkGroup');
      expect(stand.tried()).toEqual(['gateway']);
    },
  );

  scenario(
    'settings that change are used by the next call, not by the one under way',
    {
      failover: { number: toNumber },
    },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = SILENT;
      stand.call();
      stand.run(1_000);
      stand.change({
        kind: 'did',
        did: {
          number: e164('+12125550142'),
          account: ACCOUNT,
          trunkGroup: trunkGroup().id,
          failover: { number: otherNumber },
        },
      });
      stand.call();
      stand.run(10_000);
      expect(stand.gateway.legs.map(({ invite }) => invite.uri.slice(4, 16))).toEqual([
        toNumber,
        otherNumber,
      ]);
      for (const trunk of stand.trunks) {
        expect(trunk.posted.filter(({ kind }) => kind === 'routingBy')).toMatchObject([
          { revision: 1 },
          { revision: 2 },
        ]);
      }
    },
  );
});
