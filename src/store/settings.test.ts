import { describe, expect, test } from 'vitest';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import {
  ALICE,
  ALICE_PBX,
  account,
  BACKUP,
  BOB,
  BOB_PBX,
  did,
  e164,
  onEveryDatabase,
  trunkGroup,
} from '../../test/support/store-contract.ts';
import { ok } from '../base/result.ts';
import type { Account } from '../domain/account.ts';
import { DEFAULT_DELIVERY } from '../domain/delivery-settings.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import type { Gateway } from '../domain/gateway.ts';
import { gatewayId, trunkGroupId } from '../domain/ids.ts';
import { SEALED_AS } from '../link/sealing.ts';

onEveryDatabase('settings', (use) => {
  describe('accounts and trunk groups', () => {
    test('come back as they were put, with their failover settings', async () => {
      const changed: Account = {
        ...account(),
        suspended: true,
        didFormat: 'e164',
        delivery: {
          ...DEFAULT_DELIVERY,
          triggers: { preset: 'anything', add: [404], remove: [503] },
          timings: { noResponse: 2_000, noProgress: 'off', ring: 30_000 },
        },
        failover: BACKUP,
      };
      await use().run(async (tables) => {
        await tables.accounts.update(changed, 2);
        await tables.failover.putForAccount(ALICE, BACKUP, 2);
      });
      expect(await use().read((tables) => tables.accounts.get(ALICE))).toEqual({
        account: changed,
        createdAt: 10,
        changedIn: 2,
      });
      expect(await use().read((tables) => tables.trunkGroups.get(ALICE_PBX))).toEqual(trunkGroup());
      await use().run((tables) => tables.failover.deleteForAccount(ALICE));
      expect((await use().read((tables) => tables.accounts.get(ALICE)))?.account.failover).toBeUndefined();
    });

    test('are listed by id, page by page', async () => {
      const first = await use().read((tables) => tables.accounts.list(undefined, 1));
      const second = await use().read((tables) => tables.accounts.list(first[0]?.account.id, 5));
      expect([...first, ...second].map((stored) => stored.account.name)).toEqual(['Alice', 'Bob']);
      const groups = await use().read((tables) => tables.trunkGroups.list(BOB, undefined, 5));
      expect(groups.map(({ id }) => id)).toEqual([BOB_PBX]);
      expect(await use().read((tables) => tables.trunkGroups.list(undefined, ALICE_PBX, 5))).toHaveLength(1);
      expect(await use().read((tables) => tables.trunkGroups.namesOf([BOB]))).toEqual(
        new Map(groups.map(({ id, name }) => [id, name])),
      );
      expect(await use().read((tables) => tables.trunkGroups.namesOf([]))).toEqual(new Map());
    });

    test('come to trunk servers sealed, and open while there is an old password', async () => {
      const until = 99;
      await use().run((tables) =>
        tables.trunkGroups.setHa1({ ...trunkGroup(), oldHa1: { md5: 'o', sha256: 'p', until } }, 2),
      );
      const [alice, bob] = await use().read(async (tables) => {
        const first = await tables.trunkGroups.listSealed(undefined, 1);
        return [...first, ...(await tables.trunkGroups.listSealed(first[0]?.id, 5))];
      });
      expect(alice).toEqual({ ...trunkGroup(), oldHa1: { md5: 'o', sha256: 'p', until } });
      if (bob === undefined || !('sealed' in bob)) throw new Error('it is not sealed');
      const { ha1, ...names } = trunkGroup(BOB_PBX, BOB);
      expect(bob).toEqual({ ...names, sealed: expect.anything() });
      expect(SEALING_KEY.unseal(bob.sealed.md5, SEALED_AS.ha1(BOB_PBX, 'MD5'))).toEqual(ok(ha1.md5));
      expect(SEALING_KEY.unseal(bob.sealed.sha256, SEALED_AS.ha1(BOB_PBX, 'SHA-256'))).toEqual(
        ok(ha1.sha256),
      );
    });

    test('a user name cannot be given twice', async () => {
      const twice = use().run((tables) =>
        tables.trunkGroups.insert({ ...trunkGroup(), id: trunkGroupId('tg_other') }, 12, 2),
      );
      await expect(twice).rejects.toThrow();
    });
  });

  describe('DIDs', () => {
    const numbers = Array.from({ length: 2_500 }, (_, i) => `+1212555${String(i).padStart(4, '0')}`);

    test('many are inserted, found, moved and deleted at once', async () => {
      const all = numbers.map(e164);
      await use().run((tables) =>
        tables.dids.insert(
          numbers.map((number) => did(number)),
          20,
          2,
        ),
      );
      expect(await use().read((tables) => tables.dids.countOf([ALICE, BOB]))).toEqual(
        new Map([[ALICE, 2_500]]),
      );
      expect(await use().read((tables) => tables.dids.find([...all, e164('+13105550111')]))).toHaveLength(
        2_500,
      );
      await use().run((tables) => tables.dids.move(all.slice(0, 1_000), BOB, BOB_PBX, 3));
      expect(await use().read((tables) => tables.dids.get(e164('+12125550999')))).toEqual(
        did('+12125550999', BOB, BOB_PBX),
      );
      await use().run((tables) => tables.dids.delete(all.slice(0, 2_000)));
      expect(await use().read((tables) => tables.dids.countOf([ALICE, BOB]))).toEqual(
        new Map([[ALICE, 500]]),
      );
    });

    test('many get failover settings at once, each its own, over those that they have', async () => {
      const all = numbers.map(e164);
      await use().run(async (tables) => {
        await tables.dids.insert(
          numbers.map((number) => did(number)),
          20,
          2,
        );
        await tables.failover.putForDids([did('+12125550001')], BACKUP, 2);
        await tables.failover.putEach([], 3);
        const each = all.map((number) => ({ number, account: ALICE, settings: { number } }));
        await tables.failover.putEach(each, 3);
      });
      const found = await use().read((tables) => tables.dids.find(all));
      expect(found.map(({ failover }) => failover)).toEqual(all.map((number) => ({ number })));
      const asked = [e164('+12125550007'), e164('+13105550111')];
      expect(await use().read((tables) => tables.dids.hosted(asked))).toEqual(new Set(asked.slice(0, 1)));
    });

    test('are listed by number, page by page, of one account or trunk group', async () => {
      await use().run(async (tables) => {
        await tables.dids.insert(
          numbers.slice(0, 10).map((number) => did(number)),
          20,
          2,
        );
        await tables.dids.insert([did('+12125559999', BOB, BOB_PBX)], 20, 2);
      });
      const first = await use().read((tables) => tables.dids.list({ account: ALICE }, undefined, 6));
      const rest = await use().read((tables) =>
        tables.dids.list({ account: ALICE }, first.at(-1)?.number, 6),
      );
      expect([...first, ...rest].map(({ number }) => number)).toEqual(numbers.slice(0, 10));
      expect(
        await use().read((tables) => tables.dids.list({ trunkGroup: BOB_PBX }, undefined, 6)),
      ).toHaveLength(1);
      expect(await use().read((tables) => tables.dids.list({}, undefined, 100))).toHaveLength(11);
    });

    test('come as lines with their trunk groups, and those with settings of their own apart', async () => {
      const triggers = { preset: 'anything', add: [], remove: [486] } as const;
      const [one, two, three] = [did('+12125550100'), did('+12125550101', BOB, BOB_PBX), did('+12125550102')];
      expect(await use().read((tables) => tables.dids.lines(undefined, 5))).toBeUndefined();
      await use().run(async (tables) => {
        await tables.dids.insert([three, two, one], 20, 2);
        await tables.failover.putForAccount(ALICE, BACKUP, 2);
        await tables.failover.putForDids([two, three], BACKUP, 3);
        await tables.dids.setTriggers(one.number, triggers, 3);
        await tables.dids.setTriggers(three.number, triggers, 3);
      });
      const first = await use().read((tables) => tables.dids.lines(undefined, 2));
      expect(first).toEqual({
        lines: `${one.number} ${ALICE_PBX}\n${two.number} ${BOB_PBX}`,
        last: two.number,
      });
      const rest = await use().read((tables) => tables.dids.lines(first?.last, 2));
      expect(rest).toEqual({ lines: `${three.number} ${ALICE_PBX}`, last: three.number });
      expect(await use().read((tables) => tables.dids.lines(rest?.last, 2))).toBeUndefined();
      const full = { ...three, failover: BACKUP, triggers };
      for (const [setting, all] of [
        ['failover', [{ ...two, failover: BACKUP }, full]],
        ['triggers', [{ ...one, triggers }, full]],
      ] as const) {
        const page = await use().read((tables) => tables.dids.withOwn(setting, undefined, 1));
        expect(page).toEqual([all[0]]);
        const next = await use().read((tables) => tables.dids.withOwn(setting, page[0]?.number, 5));
        expect(next).toEqual([all[1]]);
      }
    });

    test('failover settings and triggers belong to a DID and go with it', async () => {
      const [one, two] = [did('+12125550100'), did('+12125550101')];
      const triggers = { preset: 'anything', add: [], remove: [486] } as const;
      await use().run(async (tables) => {
        await tables.dids.insert([one, two], 20, 2);
        await tables.dids.setTriggers(one.number, triggers, 3);
        await tables.failover.putForDids([one, two], BACKUP, 3);
        await tables.failover.putForDids([two], { number: e164('+12125550198') }, 4);
      });
      expect(await use().read((tables) => tables.dids.find([one.number, two.number]))).toEqual([
        { ...one, triggers, failover: BACKUP },
        { ...two, failover: { number: e164('+12125550198') } },
      ]);
      expect(
        await use().read((tables) =>
          tables.failover.ownersPointingAt([e164('+12125550198'), e164('+12125550197')]),
        ),
      ).toEqual([{ number: '+12125550198', owner: two.number }]);
      await use().run(async (tables) => {
        await tables.dids.delete([two.number]);
        await tables.failover.deleteForDids([one.number]);
      });
      expect(await use().read((tables) => tables.dids.get(one.number))).toEqual({ ...one, triggers });
      await use().run((tables) => tables.dids.insert([two], 30, 5));
      expect(await use().read((tables) => tables.dids.get(two.number))).toEqual(two);
    });

    test('a backup may be another trunk group', async () => {
      const settings: FailoverSettings = { backup: { kind: 'trunkGroup', trunkGroup: BOB_PBX } };
      await use().run(async (tables) => {
        await tables.dids.insert([did('+12125550100')], 20, 2);
        await tables.failover.putForDids([did('+12125550100')], settings, 3);
      });
      expect((await use().read((tables) => tables.dids.get(e164('+12125550100'))))?.failover).toEqual(
        settings,
      );
    });
  });

  test('gateways come back as they were put, by priority', async () => {
    const one: Gateway = {
      id: gatewayId('gw_1'),
      name: 'one',
      sources: ['203.0.113.0/24'],
      address: { host: { kind: 'ipv4', address: '203.0.113.7' } },
      priority: 20,
      weight: 5,
      trusted: true,
    };
    const two: Gateway = {
      id: gatewayId('gw_2'),
      name: 'two',
      sources: [],
      priority: 10,
      weight: 1,
      trusted: false,
    };
    await use().run(async (tables) => {
      await tables.gateways.insert(one, 20, 2);
      await tables.gateways.insert({ ...two, sources: ['198.51.100.1'] }, 20, 2);
      await tables.gateways.update(two, 3);
    });
    expect(await use().read((tables) => tables.gateways.list())).toEqual([two, one]);
    await use().run((tables) => tables.gateways.delete(one.id));
    expect(await use().read((tables) => tables.gateways.get(one.id))).toBeUndefined();
  });
});
