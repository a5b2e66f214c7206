import { expect, test } from 'vitest';
import { binding, did, onEveryDatabase, TRUNK1, TRUNK2 } from '../../test/support/store-contract.ts';
import type { StoredTrunkServer } from './trunk-servers.ts';

function stored(change: Partial<StoredTrunkServer> = {}): StoredTrunkServer {
  return {
    id: TRUNK1,
    process: 'one',
    address: '2001:db8::1',
    port: 5060,
    handOver: '10.0.0.1',
    state: 'running',
    reason: undefined,
    revision: 7,
    beatAt: 1_000,
    health: undefined,
    healthAt: undefined,
    numberLegs: [],
    ...change,
  };
}

onEveryDatabase('trunk servers', (use) => {
  test('are kept as their process wrote them last, and listed by name', async () => {
    await use().run((tables) => tables.trunkServers.put(stored({ id: TRUNK2, process: 'other' })));
    await use().run((tables) => tables.trunkServers.put(stored({ state: 'starting', revision: undefined })));
    await use().run((tables) => tables.trunkServers.put(stored({ beatAt: 2_000.9 })));
    expect(await use().read((tables) => tables.trunkServers.list())).toEqual([
      stored({ beatAt: 2_000 }),
      stored({ id: TRUNK2, process: 'other' }),
    ]);
  });

  test('that a process has no longer are removed, and only those', async () => {
    await use().run((tables) => tables.trunkServers.put(stored()));
    await use().run((tables) => tables.trunkServers.put(stored({ id: TRUNK2, process: 'other' })));
    await use().run((tables) => tables.trunkServers.removeOthersOf('one', [TRUNK2]));
    const names = async () => (await use().read((tables) => tables.trunkServers.list())).map(({ id }) => id);
    expect(await names()).toEqual([TRUNK2]);
    await use().run((tables) => tables.trunkServers.remove(TRUNK2));
    expect(await names()).toEqual([]);
  });

  test('that are removed leave no bindings behind; those of the others stay', async () => {
    const elsewhere = binding('sip:b@192.0.2.8', { trunkServer: TRUNK2 });
    await use().run((tables) => tables.bindings.put([binding('sip:a@192.0.2.7'), elsewhere]));
    await use().run((tables) => tables.bindings.deleteAt(TRUNK1));
    expect(await use().read((tables) => tables.bindings.atTrunkServer(TRUNK1, 2_000))).toEqual([]);
    expect(await use().read((tables) => tables.bindings.atTrunkServer(TRUNK2, 2_000))).toEqual([elsewhere]);
  });

  test('have routed by the newest revision that they told of', async () => {
    const activations = [3, 5, 4].map((revision) => ({ trunkServer: TRUNK1, revision, at: revision }));
    await use().run((tables) => tables.activations.insert(activations));
    expect(await use().read((tables) => tables.activations.newest(TRUNK1))).toBe(5);
    expect(await use().read((tables) => tables.activations.newest(TRUNK2))).toBeUndefined();
  });
});

onEveryDatabase('questions for trunk servers', (use) => {
  const question = { id: 'q1', trunkServer: TRUNK1, did: did('+12125550100').number };

  test('are open until they are answered, and gone when they are forgotten', async () => {
    await use().run((tables) => tables.planQuestions.ask([question, { ...question, id: 'q2' }], 1_000));
    expect(await use().read((tables) => tables.planQuestions.openTo([TRUNK2]))).toEqual([]);
    await use().run((tables) => tables.planQuestions.answer('q2', '{}'));
    expect(await use().read((tables) => tables.planQuestions.openTo([TRUNK1]))).toEqual([question]);
    const answers = async () => await use().read((tables) => tables.planQuestions.answers(['q1', 'q2']));
    expect([...(await answers())]).toEqual([['q2', '{}']]);
    await use().run((tables) => tables.planQuestions.forget(['q2']));
    expect([...(await answers())]).toEqual([]);
  });

  test('of an asker that died are forgotten', async () => {
    await use().run((tables) => tables.planQuestions.ask([question], 1_000));
    await use().run((tables) => tables.planQuestions.forgetAskedBefore(1_000));
    expect(await use().read((tables) => tables.planQuestions.openTo([TRUNK1]))).toHaveLength(1);
    await use().run((tables) => tables.planQuestions.forgetAskedBefore(1_001));
    expect(await use().read((tables) => tables.planQuestions.openTo([TRUNK1]))).toEqual([]);
  });
});
