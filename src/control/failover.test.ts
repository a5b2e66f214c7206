import { describe, expect, test } from 'vitest';
import { eachWithStand, eventually, must, OPERATOR } from '../../test/support/control-stand.ts';
import { trunkGroupId } from '../domain/ids.ts';
import type { FailoverInput, Scope } from './views.ts';

const stand = eachWithStand();

async function putOnDid(number: string, input: FailoverInput) {
  return await stand().controlPlane.putFailover(OPERATOR, { kind: 'did', number }, input);
}

describe('failover settings', () => {
  test('are completed, and the answer says what was and what is', async () => {
    await stand().newAccount(['2125550100']);
    const first = must(await putOnDid('2125550100', { backup: 'PBX.example.com:5062;transport=tcp' }));
    expect(first.value).toEqual({
      before: undefined,
      after: { backup: 'pbx.example.com:5062;transport=tcp' },
    });
    const second = must(await putOnDid('2125550100', { number: '212-456-7890' }));
    expect(second.value).toEqual({ before: first.value.after, after: { number: '+12124567890' } });
    const gone = must(
      await stand().controlPlane.deleteFailover(OPERATOR, { kind: 'did', number: '2125550100' }),
    );
    expect(gone.value).toEqual({ before: second.value.after, after: undefined });
  });

  test('of the account fill what the DID has not set', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const owner: Scope = { kind: 'account', account: account.id };
    const input = { backup: '203.0.113.7', number: '2124567890' };
    must(await stand().controlPlane.putFailover(owner, { kind: 'account', account: account.id }, input));
    must(await putOnDid('2125550100', { number: '2124567891' }));
    const view = must(await stand().controlPlane.failover(owner, { kind: 'did', number: '2125550100' }));
    expect(view).toEqual({
      failover: { number: '+12124567891' },
      effective: {
        backup: { value: '203.0.113.7', source: 'account' },
        number: { value: '+12124567891', source: 'did' },
      },
    });
  });

  test.each([
    [{}, 'number'],
    [{ number: '911' }, 'number'],
    [{ number: '+442079460000' }, 'number'],
    [{ number: '9005551234' }, 'number'],
    [{ backup: '10.0.0.1' }, 'backup'],
    [{ backup: '127.0.0.1' }, 'backup'],
    [{ backup: '198.51.100.1' }, 'backup'],
    [{ backup: 'http://pbx' }, 'backup'],
    [{ backup: { trunkGroup: trunkGroupId('tg_none') } }, 'backup'],
  ])('are refused where they must not point: %j', async (input, field) => {
    await stand().newAccount(['2125550100']);
    expect(await putOnDid('2125550100', input)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field, message: expect.any(String) }] },
    });
  });

  test('a backup is refused where a gateway takes calls: it would send them straight back', async () => {
    await stand().newAccount(['2125550100']);
    must(await stand().controlPlane.createGateway({ name: 'carrier', address: '203.0.113.9' }));
    expect(await putOnDid('2125550100', { backup: '203.0.113.9:5060' })).toMatchObject({
      error: { problems: [{ field: 'backup', message: expect.stringContaining('gateway') }] },
    });
    expect((await putOnDid('2125550100', { backup: '203.0.113.9:5070' })).ok).toBe(true);
  });

  test('must not point to a DID of ours: that is a loop', async () => {
    await stand().newAccount(['2124567890', '2125550100']);
    expect(await putOnDid('2125550100', { number: '2124567890' })).toMatchObject({
      error: { problems: [{ field: 'number', message: expect.stringContaining('hosted by this service') }] },
    });
  });

  test('a trunk group cannot be its own backup', async () => {
    const { account } = await stand().newAccount(['2125550100']);
    const own = account.trunkGroups[0];
    if (own === undefined) throw new Error('no trunk group');
    expect(await putOnDid('2125550100', { backup: { trunkGroup: own.id } })).toMatchObject({
      error: { problems: [{ field: 'backup', message: expect.stringContaining('its own backup') }] },
    });
  });

  test('are set for 10,000 DIDs in one revision, all or none', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => `+1212${5_000_000 + i}`);
    await stand().newAccount(numbers);
    const edge = await stand().connect();
    const bad = await stand().controlPlane.massFailover(OPERATOR, {
      dids: [...numbers.slice(1), '2135550100'],
      failover: { number: '3104567890' },
    });
    expect(bad).toMatchObject({ error: { kind: 'refused', problems: [{ field: 'dids[9999]' }] } });
    const set = must(
      await stand().controlPlane.massFailover(OPERATOR, {
        dids: numbers,
        failover: { number: '3104567890' },
      }),
    );
    expect(set.value).toMatchObject({ dids: 10_000, failover: { number: '+13104567890' } });
    await eventually(() => expect(edge.changes).toHaveLength(1));
    expect(edge.changes[0]).toMatchObject({ revision: set.revision });
    expect(edge.changes[0]?.changes).toHaveLength(10_000);
    const cleared = must(
      await stand().controlPlane.massFailover(OPERATOR, { dids: numbers, failover: null }),
    );
    expect(cleared.value).toMatchObject({ dids: 10_000, failover: undefined });
    expect(await stand().db.selectFrom('failover_settings').selectAll().execute()).toEqual([]);
  });

  test('for all DIDs that a filter finds: those and no others, and none where none matches', async () => {
    const { account } = await stand().newAccount(['2125550100', '2125550101', '3105550102']);
    must(await putOnDid('2125550101', { number: '2124567899' }));
    const { controlPlane } = stand();
    must(
      await controlPlane.putFailover(
        OPERATOR,
        { kind: 'account', account: account.id },
        { number: '2124567891' },
      ),
    );
    const filter = { search: '(212) 555', failover: 'global' } as const;
    const wanted = { filter, failover: { number: '2124567890' } };
    expect(must(await controlPlane.previewMassFailover(OPERATOR, wanted)).changes).toEqual([
      { did: '+12125550100', before: undefined, after: { number: '+12124567890' } },
    ]);
    expect(must(await controlPlane.massFailover(OPERATOR, wanted)).value.dids).toBe(1);
    expect(await controlPlane.massFailover(OPERATOR, wanted)).toMatchObject({
      ok: false,
      error: { kind: 'refused', problems: [{ field: 'filter' }] },
    });
    const own = must(await controlPlane.dids(OPERATOR, { failover: 'own' }, { limit: 1, descending: true }));
    expect(own).toMatchObject({
      total: 2,
      next: '+12125550101',
      entries: [{ number: '+12125550101', effective: { number: { value: '+12124567899', source: 'did' } } }],
    });
    const rest = must(
      await controlPlane.dids(OPERATOR, { failover: 'own' }, { limit: 1, descending: true, after: own.next }),
    );
    expect(rest.entries.map(({ number }) => number)).toEqual(['+12125550100']);
    expect(
      must(await controlPlane.dids(OPERATOR, { failover: 'global' }, { limit: 9 })).entries,
    ).toMatchObject([
      { number: '+13105550102', effective: { number: { value: '+12124567891', source: 'account' } } },
    ]);
    expect(must(await controlPlane.dids(OPERATOR, { failover: 'none' }, { limit: 9 })).total).toBe(0);
    expect(must(await controlPlane.dids(OPERATOR, { search: '+1310' }, { limit: 9 })).total).toBe(1);
    expect(await controlPlane.dids(OPERATOR, { search: 'abc' }, { limit: 9 })).toMatchObject({ ok: false });
  });

  test('for many DIDs can be tried: what would change is told, and nothing is', async () => {
    await stand().newAccount(['2125550100', '2125550101', '2125550102']);
    must(await putOnDid('2125550100', { number: '2124567890' }));
    must(await putOnDid('2125550101', { number: '2124567899' }));
    const input = {
      dids: ['2125550100', '2125550101', '2125550102'],
      failover: { number: '(212) 456-7890' },
    };
    const before = await stand().controlPlane.dids(OPERATOR, {}, { limit: 10 });
    const preview = must(await stand().controlPlane.previewMassFailover(OPERATOR, input));
    const after = { number: '+12124567890' };
    expect(preview).toEqual({
      changes: [
        { did: '+12125550101', before: { number: '+12124567899' }, after },
        { did: '+12125550102', before: undefined, after },
      ],
      unchanged: 1,
      state: [
        ['+12125550100', after],
        ['+12125550101', { number: '+12124567899' }],
        ['+12125550102', null],
      ],
    });
    expect(await stand().controlPlane.dids(OPERATOR, {}, { limit: 10 })).toEqual(before);
    const clearing = { ...input, failover: null };
    expect(must(await stand().controlPlane.previewMassFailover(OPERATOR, clearing))).toMatchObject({
      changes: [{ after: undefined }, { after: undefined }],
      unchanged: 1,
    });
  });

  test('of many DIDs, to each its own, change in one revision, all or none, with every refusal named', async () => {
    await stand().newAccount(['2125550100', '2125550101', '2125550102']);
    must(await putOnDid('2125550102', { number: '2124567890' }));
    const bad = await stand().controlPlane.eachFailover(OPERATOR, {
      changes: [
        { did: '2125550100', failover: { number: '911' } },
        { did: '2125550101', failover: { number: '2124567891' } },
        { did: '2125550102', failover: { backup: 'http://no' } },
      ],
    });
    expect(bad).toMatchObject({
      error: {
        kind: 'refused',
        problems: [{ field: 'changes[0].failover.number' }, { field: 'changes[2].failover.backup' }],
      },
    });
    const done = must(
      await stand().controlPlane.eachFailover(OPERATOR, {
        changes: [
          { did: '2125550100', failover: { number: '2124567892' } },
          { did: '2125550101', failover: { number: '2124567891' } },
          { did: '2125550102', failover: null },
        ],
      }),
    );
    expect(done.value.changes).toEqual([
      { did: '+12125550100', before: undefined, after: { number: '+12124567892' } },
      { did: '+12125550101', before: undefined, after: { number: '+12124567891' } },
      { did: '+12125550102', before: { number: '+12124567890' }, after: undefined },
    ]);
    const { entries } = must(await stand().controlPlane.dids(OPERATOR, {}, { limit: 10 }));
    expect(entries.map(({ failover }) => failover?.number)).toEqual([
      '+12124567892',
      '+12124567891',
      undefined,
    ]);
  });

  test('do not take one DID twice in one change', async () => {
    await stand().newAccount(['2125550100']);
    const twice = ['2125550100', '+12125550100'].map((did) => ({ did, failover: null }));
    expect(await stand().controlPlane.eachFailover(OPERATOR, { changes: twice })).toMatchObject({
      error: { problems: [{ field: 'changes[1].did' }] },
    });
  });

  test('that would be refused for many DIDs are refused in the trial, too, with each DID named', async () => {
    await stand().newAccount(['2125550100']);
    const dids = ['2125550100', '2125550188', '2125550199'];
    const refused = await stand().controlPlane.previewMassFailover(OPERATOR, { dids, failover: null });
    expect(refused).toMatchObject({
      ok: false,
      error: { problems: [{ field: 'dids[1]' }, { field: 'dids[2]' }] },
    });
    expect(await stand().controlPlane.massFailover(OPERATOR, { dids, failover: null })).toEqual(refused);
  });
});
