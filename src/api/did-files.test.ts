import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, apiUnderTest } from '../../test/support/api-under-test.ts';
import { accountCreated } from './schemas/account.ts';
import { didAdditionPreview, didImportPreview, didPage, didsChanged, didsImported } from './schemas/did.ts';

let api: ApiUnderTest;
let account: string;
let main: string;
let branch: string;
let owner: { authorization: string };

const created = z.object({ key: z.string() });
const group = z.object({ trunkGroup: z.object({ id: z.string() }) });

beforeAll(async () => {
  api = await apiUnderTest();
  await api.settled();
  const made = await api.ask('POST', '/accounts', {
    name: 'Alice',
    didRange: { from: '512-555-0100', to: '+15125550104' },
  });
  const alice = accountCreated.parse(made.body).account;
  expect(alice.dids).toBe(5);
  account = alice.id;
  main = alice.trunkGroups[0]?.id ?? '';
  // Named so that a spreadsheet would run it.
  const second = await api.ask('POST', `/accounts/${account}/trunk-groups`, { name: '=Branch "1"; @2' });
  branch = group.parse(second.body).trunkGroup.id;
  const key = await api.ask('POST', `/accounts/${account}/keys`, { name: 'Owner' });
  owner = { authorization: `Bearer ${created.parse(key.body).key}` };
  await api.ask('POST', '/accounts', { name: 'Bob', dids: ['5125550900'] });
});

afterAll(async () => {
  expect(api.bugs).toEqual([]);
  await api.close();
});

async function send(url: string, body: string, as = owner): Promise<{ status: number; body: unknown }> {
  const headers = { ...as, 'content-type': 'text/csv' };
  const answer = await api.raw({ method: 'POST', url: `/api/v1${url}`, headers, payload: body });
  return { status: answer.statusCode, body: answer.json() };
}

async function exported(url = '/dids', as = owner) {
  return await api.raw({ method: 'GET', url: `/api/v1${url}`, headers: { ...as, accept: 'text/csv' } });
}

/** As Excel writes it again where a comma stands within numbers. */
const inEurope = (file: string) =>
  `\uFEFF${Papa.unparse(Papa.parse<string[]>(file).data, { delimiter: ';' })}`;

const did = async (number: string) => (await api.ask('GET', `/dids/${number}`)).body;
const problems = (body: unknown) => z.object({ errors: z.array(z.unknown()) }).parse(body).errors;

describe('a file of DIDs', () => {
  test('comes with a name, a type, and a line for each DID that the filter lets through', async () => {
    await api.ask('PUT', `/accounts/${account}/failover`, { number: '2125551000' });
    await api.ask('PUT', '/dids/5125550101/failover', {
      number: '2125551234',
      backup: 'pbx2.example.com:5062;transport=tcp',
    });
    await api.ask('PUT', '/dids/5125550102/failover', { backup: { trunkGroup: branch } });
    const answer = await exported();
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="dids.csv"',
      'cache-control': 'no-store',
      vary: 'accept',
    });
    expect(answer.body.split('\r\n')).toEqual([
      'number,trunk group,failover number,backup,effective failover number,effective backup',
      '5125550100,PBX,,,2125551000,',
      '5125550101,PBX,2125551234,pbx2.example.com:5062;transport=tcp,2125551234,pbx2.example.com:5062;transport=tcp',
      `5125550102,PBX,,"trunk group =Branch ""1""; @2",2125551000,"trunk group =Branch ""1""; @2"`,
      '5125550103,PBX,,,2125551000,',
      '5125550104,PBX,,,2125551000,',
      '',
    ]);
    expect((await exported('/dids?failover=own')).body.match(/\r\n/g)).toHaveLength(3);
  });

  test('of an owner has no DID of another account, and that of the operator says whose each is', async () => {
    expect((await exported()).body).not.toContain('5125550900');
    const all = (await exported('/dids', api.key)).body;
    expect(all).toMatch(/,account\r\n/);
    expect(all).toContain(`,${account}\r\n`);
    expect(all).toContain('5125550900');
    const one = await exported(`/accounts/${account}/dids`, api.key);
    expect(one.body).toBe((await exported()).body);
    expect((await exported('/accounts/acc_none/dids', api.key)).statusCode).toBe(404);
  });

  test('is sent to who would rather have it than JSON', async () => {
    const type = async (accept: string) =>
      (await api.raw({ method: 'GET', url: '/api/v1/dids', headers: { ...owner, accept } })).headers[
        'content-type'
      ];
    expect(await type('text/csv')).toMatch('text/csv');
    expect(await type('text/csv;q=0.8, application/json;q=0.5')).toMatch('text/csv');
    expect(await type('application/json, text/csv;q=0.9')).toMatch('application/json');
    expect(await type('text/html, */*')).toMatch('application/json');
    expect(await type('text/csv;q=0')).toMatch('application/json');
  });

  test('that comes back as it went changes nothing, also with a trunk group in it that looks like a formula', async () => {
    await send(`/dids/failover?account=${account}`, `number,trunk group\n5125550104,${branch}`, api.key);
    const before = (await exported()).body;
    expect(before).toContain(`5125550104,"'=Branch ""1""; @2",,`);
    const preview = didImportPreview.parse((await send('/dids/failover?dryRun=true', before)).body);
    expect(preview).toEqual({ changes: [], unchanged: 5, refused: [] });
    const again = didsImported.parse((await send('/dids/failover', inEurope(before))).body);
    expect(again).toMatchObject({ changes: [], unchanged: 5 });
    expect((await exported()).body).toBe(before);
  });

  test('restores what it was exported from', async () => {
    const before = (await exported()).body;
    const clear = { dids: ['5125550101', '5125550102', '5125550103'], failover: null };
    await api.ask('POST', '/dids/failover', clear);
    expect((await exported()).body).not.toBe(before);
    const restored = didsImported.parse((await send('/dids/failover', before)).body);
    expect(restored.changes.map(({ did: number }) => number)).toEqual(['+15125550101', '+15125550102']);
    expect((await exported()).body).toBe(before);
  });
});

test('a file comes back also where a number in it may not be set any more, as long as the line leaves it as it is', async () => {
  await api.ask('PUT', '/dids/5125550103/failover', { number: '2125550777', backup: 'pbx.example.com' });
  const { body } = await api.ask('POST', '/accounts', { name: 'Carol', dids: ['2125550777'] });
  const file = await exported();
  expect(file.body).toContain('5125550103,PBX,2125550777,pbx.example.com');
  const preview = didImportPreview.parse((await send('/dids/failover?dryRun=true', file.body)).body);
  expect(preview).toMatchObject({ changes: [], refused: [] });
  // Also with another backup beside it, as it can be set by itself.
  const other = 'number,failover number,backup\n5125550103,+1 212 555-0777,pbx2.example.com\n';
  expect((await send('/dids/failover', other)).status).toBe(200);
  expect(await did('5125550103')).toMatchObject({
    failover: { number: '+12125550777', backup: 'pbx2.example.com' },
  });
  // It is refused where it is new.
  const set = await send('/dids/failover', 'number,failover number\n5125550104,2125550777\n');
  expect(problems(set.body)).toMatchObject([{ line: 2, column: 'failover number' }]);
  await api.ask('DELETE', '/dids/5125550103/failover');
  const carol = accountCreated.parse(body).account.id;
  await api.ask('POST', `/accounts/${carol}/dids/remove`, { numbers: ['2125550777'] });
});

describe('a file that is brought in', () => {
  const FILE = [
    'number;failover number;backup',
    '(512) 555-0100;212-555-1235;',
    '+15125550101;;',
    '5125550102;2125551236;10.1.2.3.example.com',
  ].join('\r\n');

  test('is shown before it is done: from what to what, line by line', async () => {
    const before = (await exported()).body;
    const preview = await send('/dids/failover?dryRun=true', FILE);
    expect(preview.status).toBe(200);
    const state = (failover: unknown) => ({ trunkGroup: main, failover });
    expect(didImportPreview.parse(preview.body)).toEqual({
      changes: [
        {
          line: 2,
          did: '+15125550100',
          before: state(null),
          after: state({ number: '+12125551235', backup: null }),
        },
        {
          line: 3,
          did: '+15125550101',
          before: state({ number: '+12125551234', backup: 'pbx2.example.com:5062;transport=tcp' }),
          after: state(null),
        },
        {
          line: 4,
          did: '+15125550102',
          before: state({ number: null, backup: { trunkGroup: branch } }),
          after: state({ number: '+12125551236', backup: '10.1.2.3.example.com' }),
        },
      ],
      unchanged: 0,
      refused: [],
    });
    expect((await exported()).body).toBe(before);
  });

  test('is one revision; a column that is not there is left alone', async () => {
    const first = didsImported.parse((await send('/dids/failover', FILE)).body);
    const second = didsImported.parse(
      (await send('/dids/failover', 'backup,number\npbx3.example.com,5125550100')).body,
    );
    expect(second.revision).toBe(first.revision + 1);
    expect(second.changes[0]?.after.failover).toEqual({ number: '+12125551235', backup: 'pbx3.example.com' });
    expect(await did('5125550101')).toMatchObject({
      failover: null,
      effective: { number: { source: 'account' } },
    });
  });

  test('with anything refused changes nothing, and everything that is refused is named by line and column', async () => {
    const before = (await exported()).body;
    const bad = [
      'number,failover number,backup',
      '5125550100,2125559999,',
      '5125550101,911,10.0.0.1',
      '5125550900,2125551234,',
      'nobody,,',
      '5125550100,2125551111,',
      '5.12555E+09,,',
      '5125550103,5125550104,',
      '5125550104,,trunk group Nowhere',
    ].join('\n');
    const told: readonly (readonly [number, string, RegExp])[] = [
      [3, 'failover number', /emergency/],
      [3, 'backup', /private/],
      [4, 'number', /is not a DID of this account/],
      [5, 'number', /"nobody" is not a phone number/],
      [6, 'number', /stands in line 2 already/],
      [7, 'number', /what a spreadsheet has left/],
      [8, 'failover number', /hosted by this service/],
      [9, 'backup', /no trunk group "Nowhere" in this account. It has "PBX"/],
    ];
    const expected = told.map(([line, column, message]) => ({
      field: `line ${line}, ${column}`,
      line,
      column,
      message: expect.stringMatching(message),
    }));
    const preview = didImportPreview.parse((await send('/dids/failover?dryRun=true', bad)).body);
    expect(preview.refused).toEqual(expected);
    expect(preview.changes.map(({ line }) => line)).toEqual([2]);
    const refused = await send('/dids/failover', bad);
    expect(refused).toMatchObject({ status: 422, body: { code: 'refused' } });
    expect(problems(refused.body)).toEqual(expected);
    expect((await exported()).body).toBe(before);
  });

  test('may depend on what the preview saw', async () => {
    const file = 'number,failover number\n5125550100,2125551299\n';
    const asked = async (query: string, headers = {}) =>
      await api.raw({
        method: 'POST',
        url: `/api/v1/dids/failover${query}`,
        headers: { ...owner, 'content-type': 'text/csv', ...headers },
        payload: file,
      });
    const { etag } = (await asked('?dryRun=true')).headers;
    await api.ask('PUT', '/dids/5125550100/failover', { number: '2125551277' });
    const late = await asked('', { 'if-match': etag });
    expect(late.json()).toMatchObject({
      status: 412,
      current: { changes: [{ before: { failover: { number: '+12125551277' } } }], refused: [] },
    });
    const done = await asked('', { 'if-match': late.headers.etag });
    expect(done.statusCode).toBe(200);
    expect((await asked('?dryRun=true')).headers.etag).toBe(done.headers.etag);
  });

  test('with an Idempotency-Key is done once', async () => {
    const asked = async (key: string, payload: string) =>
      await api.raw({
        method: 'POST',
        url: '/api/v1/dids/failover',
        headers: { ...owner, 'content-type': 'text/csv', 'idempotency-key': key },
        payload,
      });
    const file = 'number,failover number\n5125550100,2125551288\n';
    const first = await asked('one', file);
    const again = await asked('one', file);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toBe(first.body);
    expect((await asked('one', `${file}\n`)).statusCode).toBe(422);
    expect((await asked('two', 'nuber\n1')).statusCode).toBe(400);
    expect((await asked('two', file)).json()).toMatchObject({ unchanged: 1 });
  });

  test('moves DIDs between the trunk groups of their account for the operator alone', async () => {
    const move = `number,trunk group\n5125550103,"'=Branch ""1""; @2"`;
    expect(await send('/dids/failover', move)).toMatchObject({
      status: 422,
      body: {
        errors: [{ line: 2, column: 'trunk group', message: expect.stringContaining('Only the operator') }],
      },
    });
    const done = didsImported.parse((await send('/dids/failover', move, api.key)).body);
    expect(done.changes).toMatchObject([{ before: { trunkGroup: main }, after: { trunkGroup: branch } }]);
    expect(await did('5125550103')).toMatchObject({ trunkGroup: branch });
    const itself = await send('/dids/failover', `number,backup\n5125550103,trunk group ${branch}`, api.key);
    expect(itself).toMatchObject({ status: 422, body: { errors: [{ column: 'backup' }] } });
    const none = await send('/dids/failover', 'number,trunk group\n5125550103,', api.key);
    expect(none).toMatchObject({ status: 422, body: { errors: [{ column: 'trunk group' }] } });
  });

  test('by the operator for one account may name no DID of another', async () => {
    const answer = await send(`/dids/failover?account=${account}`, 'number,backup\n5125550900,', api.key);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ line: 2, column: 'number' }] } });
    expect((await send('/dids/failover', 'number,backup\n5125550900,', api.key)).status).toBe(200);
  });

  test('is refused to who may only read, also as a preview; a key that is limited to failover may', async () => {
    const keyFor = async (access: string) => {
      const made = await api.ask('POST', `/accounts/${account}/keys`, { name: access, access });
      return { authorization: `Bearer ${created.parse(made.body).key}` };
    };
    const [viewer, limited] = [await keyFor('read'), await keyFor('failover')];
    expect((await send('/dids/failover?dryRun=true', FILE, viewer)).status).toBe(403);
    expect((await exported('/dids', viewer)).statusCode).toBe(200);
    expect((await send('/dids/failover', FILE, limited)).status).toBe(200);
  });

  test('that is none is refused whole', async () => {
    expect(await send('/dids/failover', 'number,"backup\n1,2')).toMatchObject({
      status: 400,
      body: { code: 'badRequest', errors: [{ line: 1 }] },
    });
    expect(await send('/dids/failover', '')).toMatchObject({ status: 400 });
    const latin = await api.raw({
      method: 'POST',
      url: '/api/v1/dids/failover',
      headers: { ...owner, 'content-type': 'text/csv' },
      payload: Buffer.from('number,backup\n1,b\u00fcro.example', 'latin1'),
    });
    expect(latin.json()).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') });
    expect((await send('/dids/failover', `number,backup\n${'x'.repeat(5_000_000)}`)).status).toBe(413);
    expect(await send('/accounts', 'name\nx', api.key)).toMatchObject({ status: 415 });
  });
});

describe('DIDs that are added many at a time', () => {
  const path = () => `/accounts/${account}/dids`;

  test('as a range: shown first, then all or nothing, with every number that stands against it', async () => {
    const range = { from: '5125551000', to: '5125551099' };
    const preview = await api.ask('POST', path(), { range, dryRun: true });
    expect(preview.status).toBe(200);
    const shown = didAdditionPreview.parse(preview.body);
    expect([shown.dids.length, shown.refused]).toEqual([100, []]);
    const added = await api.ask('POST', path(), { range, trunkGroup: branch });
    expect(added.status).toBe(201);
    expect(didsChanged.parse(added.body).dids.at(-1)).toMatchObject({
      number: '+15125551099',
      trunkGroup: branch,
    });
    const overlap = { range: { from: '5125551097', to: '5125551100' } };
    const refused = await api.ask('POST', path(), overlap);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(problems(refused.body)).toMatchObject(
      ['+15125551097', '+15125551098', '+15125551099'].map((number) => ({
        field: 'range',
        message: expect.stringContaining(`${number} exists already`),
      })),
    );
    const tried = didAdditionPreview.parse(
      (await api.ask('POST', path(), { ...overlap, dryRun: true })).body,
    );
    expect([tried.dids.length, tried.refused.length]).toEqual([4, 3]);
    expect((await api.ask('GET', '/dids/5125551100')).status).toBe(404);
  });

  test.each([
    [{ from: '5125550100', to: '5125550099' }, 'range.to', 'does not come after'],
    [{ from: '5125550100', to: '+4930123456' }, 'range.to', 'does not come after'],
    [{ from: 'x', to: '5125550100' }, 'range.from', 'not a phone number'],
    [{ from: '5120000000', to: '5125550100' }, 'range.from', 'not a phone number'],
    [{ from: '5125550000', to: '5125560000' }, 'range', '10001 numbers; 10000 are the most'],
    [{ from: '5129999998', to: '5132000000' }, 'range', 'are the most'],
    [{ from: '5129999998', to: '+15129999999' }, undefined, ''],
  ])('a range %j is refused where it is none', async (range, field, message) => {
    const { body, status } = await api.ask('POST', path(), { range, dryRun: true });
    if (field === undefined) expect(status).toBe(200);
    else
      expect(didAdditionPreview.parse(body).refused).toMatchObject([
        { field, message: expect.stringContaining(message) },
      ]);
  });

  test('as a file, with their trunk group and failover', async () => {
    const file = [
      'Number,Failover Number,Trunk Group,Backup',
      '512 555 2000,2125551234,,',
      `5125552001,,"${'=Branch ""1""; @2'}",trunk group PBX`,
      '5125552002,,PBX,pbx9.example.com',
    ].join('\n');
    const preview = didAdditionPreview.parse((await send(`${path()}?dryRun=true`, file, api.key)).body);
    expect(preview).toMatchObject({ dids: [{ number: '+15125552000' }, {}, {}], refused: [] });
    const added = await send(path(), file, api.key);
    expect(added.status).toBe(201);
    expect(didsChanged.parse(added.body).dids).toMatchObject([
      { trunkGroup: main, failover: { number: '+12125551234', backup: null } },
      { trunkGroup: branch, failover: { number: null, backup: { trunkGroup: main } } },
      { trunkGroup: main, failover: { number: null, backup: 'pbx9.example.com' } },
    ]);
    expect(await did('5125552001')).toMatchObject({ failover: { backup: { trunkGroup: main } } });
  });

  test('as a file with anything refused: nothing is added, and each line is named', async () => {
    const file = [
      'number,failover number,backup',
      '5125553000,5125553001,',
      '5125553001,,',
      '5125550100,,',
      '5125553001,,',
      '5125553002,,trunk group PBX',
      'x,911,',
    ].join('\n');
    const lines = [
      [2, 'failover number'],
      [4, 'number'],
      [5, 'number'],
      [6, 'backup'],
      [7, 'number'],
    ].map(([line, column]) => ({ line, column }));
    const preview = didAdditionPreview.parse((await send(`${path()}?dryRun=true`, file, api.key)).body);
    expect(preview.refused).toMatchObject(lines);
    const refused = await send(path(), file, api.key);
    expect(refused.status).toBe(422);
    expect(problems(refused.body)).toHaveLength(lines.length);
    const list = didPage.parse((await api.ask('GET', `${path()}?search=512555300`)).body);
    expect(list.total).toBe(0);
  });

  test('are never added by an owner', async () => {
    expect((await send(path(), 'number\n5125554000\n')).status).toBe(403);
    const stranger = await send('/dids/failover', 'number,failover number\n5125554000,2125551234\n');
    expect(stranger).toMatchObject({ status: 422, body: { errors: [{ line: 2, column: 'number' }] } });
  });

  test('a file of 3,000 DIDs is sent in parts and comes back whole', async () => {
    const range = { from: '5126000000', to: '5126002999' };
    expect((await api.ask('POST', path(), { range })).status).toBe(201);
    const { body } = await exported('/dids?search=512600');
    expect(body.split('\r\n')).toHaveLength(3_002);
    const numbers = body
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]);
    expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, at) => String(5_126_000_000 + at)));
  });
});
