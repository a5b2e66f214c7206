import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { e164, eachWithStand, must, NOW, TRUNK1 } from '../../test/support/control-stand.ts';
import { ok } from '../base/result.ts';
import type { CallAttempt } from '../domain/call-record.ts';
import { type AccountId, callId } from '../domain/ids.ts';
import type { StoredCall } from '../store/calls.ts';
import { createApi } from './server.ts';

const stand = eachWithStand();
const KEY = 'k'.repeat(40);
let app: FastifyInstance;
let alice: AccountId;
let bob: AccountId;

beforeEach(async () => {
  await stand().stop();
  await stand().start(KEY);
  app = await createApi({
    control: stand().controlPlane,
    version: '1',
    onBug: (bug) => {
      throw bug;
    },
  });
  alice = (await stand().newAccount(['5125550100'])).account.id;
  bob = (await stand().newAccount(['5125550200'])).account.id;
});

afterEach(() => app.close());

const attempt = (over: Partial<CallAttempt> = {}): CallAttempt => ({
  reason: { kind: 'registered' },
  target: 'sip:5125550100@192.0.2.7',
  startedAt: NOW,
  endedAt: NOW + 4_000,
  outcome: { kind: 'noResponse', cause: 'silent' },
  ...over,
});

const SAVED = attempt({
  reason: { kind: 'number', source: 'did' },
  target: '+12125551234 over carrier',
  outcome: { kind: 'answered' },
});

function call(id: string, over: Partial<StoredCall['record']> = {}): StoredCall {
  const attempts = over.attempts ?? [attempt()];
  const record = {
    id: callId(id),
    trunkServer: TRUNK1,
    account: alice,
    did: e164('+15125550100'),
    caller: '+12125550177',
    sipCallId: `${id}@carrier`,
    revision: 1,
    startedAt: NOW,
    finalAt: NOW + 4_000,
    finalStatus: 480,
    ...over,
    attempts,
  };
  const answered = record.answeredAt !== undefined;
  return { record, outcome: answered ? 'answered' : 'failed', endedAt: answered ? NOW + 65_500 : undefined };
}

async function keep(calls: readonly StoredCall[]): Promise<void> {
  must(await stand().up.store.write(async (tables) => ok(await tables.calls.insert(calls))));
}

async function ask(query = '', accept = 'text/csv', key = KEY) {
  return await app.inject({
    url: `/api/v1/calls${query}`,
    headers: { authorization: `Bearer ${key}`, accept },
  });
}

const rows = (body: string) => body.split('\r\n').slice(1, -1);

test('calls are sent as a file, newest first, with what saved them and how long people talked', async () => {
  const saved = { attempts: [attempt(), SAVED], answeredAt: NOW + 6_000, finalStatus: 200 };
  await keep([call('c1'), call('c2', { ...saved, startedAt: NOW + 1_000 })]);
  const answer = await ask();
  expect(answer.headers).toMatchObject({ 'content-disposition': 'attachment; filename="calls.csv"' });
  const [header, ...lines] = answer.body.split('\r\n');
  expect(header).toBe(
    'began (UTC),DID,caller,outcome,saved by failover,answered by,final status,answered (UTC),ended (UTC),seconds of conversation,attempts,trunk server,account,id',
  );
  const tried = 'the registered PBX (sip:5125550100@192.0.2.7): no response: nothing came back in time';
  const then = "the DID's failover number (+12125551234 over carrier): answered";
  expect(lines).toEqual([
    `2027-01-15 08:00:01,5125550100,2125550177,answered,yes,'+12125551234 over carrier,200,2027-01-15 08:00:06,2027-01-15 08:01:05,59.5,${tried}; ${then},trunk1,${alice},c2`,
    `2027-01-15 08:00:00,5125550100,2125550177,failed,no,,480,,,,${tried},trunk1,${alice},c1`,
    '',
  ]);
});

test.each(['=HYPERLINK("http://x.example";"a")', '@SUM(1)', '-1', 'a;=1+1', '\t=1', '"\r\n=1'])(
  'the caller %j, whom a stranger chose, is no formula in any spreadsheet',
  async (caller) => {
    await keep([call('c1', { caller })]);
    const { body } = await ask();
    for (const piece of body.split(/[;,"\t\r\n]/u)) expect(piece).not.toMatch(/^[=@-]/u);
  },
);

test('the filters of the list hold for the file, and an owner has no call of another account', async () => {
  const answeredAt = NOW + 1;
  await keep([
    call('c1', { startedAt: NOW - 10_000 }),
    call('c2', { answeredAt }),
    call('c3', { attempts: [attempt(), SAVED], answeredAt }),
    call('c4', { account: bob, did: e164('+15125550200') }),
  ]);
  const ids = async (query: string, key = KEY) =>
    rows((await ask(query, 'text/csv', key)).body).map((row) => row.split(',').at(-1));
  expect(await ids('')).toEqual(['c4', 'c3', 'c2', 'c1']);
  expect(await ids('?outcome=failed')).toEqual(['c4', 'c1']);
  expect(await ids('?did=5125550200')).toEqual(['c4']);
  expect(await ids(`?account=${bob}`)).toEqual(['c4']);
  expect(await ids(`?until=${new Date(NOW).toISOString()}`)).toEqual(['c1']);
  expect(await ids('?saved=true')).toEqual(['c3']);
  const made = must(await stand().controlPlane.createApiKey(alice, { name: 'Owner' }));
  expect(await ids('', made.key)).toEqual(['c3', 'c2', 'c1']);
  expect((await ask(`?account=${bob}`, 'text/csv', made.key)).statusCode).toBe(404);
  expect((await ask('?did=x')).statusCode).toBe(422);
  const page = await ask('?saved=true&limit=1', 'application/json');
  expect(page.json()).toMatchObject({ entries: [{ id: 'c3' }] });
});

test('calls that failover saved are found however far apart they are, also page by page', async () => {
  const many = Array.from({ length: 2_500 }, (_, at) =>
    call(`c${at}`, {
      startedAt: NOW - at,
      answeredAt: NOW,
      ...(at % 800 === 7 ? { attempts: [attempt(), SAVED] } : {}),
    }),
  );
  await keep(many);
  const found: string[] = [];
  const listed = z.object({ entries: z.array(z.object({ id: z.string() })), next: z.string().nullable() });
  for (let after = ''; ; ) {
    const page = listed.parse((await ask(`?saved=true&limit=3${after}`, 'application/json')).json());
    found.push(...page.entries.map(({ id }) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(found).toEqual(['c7', 'c807', 'c1607', 'c2407']);
  expect(rows((await ask('?saved=true')).body)).toHaveLength(4);
  expect(rows((await ask()).body)).toHaveLength(2_500);
});

test('more calls than a file may have are refused, with what would be right', async () => {
  for (let from = 0; from < 100_001; from += 20_000) {
    const count = Math.min(20_000, 100_001 - from);
    await keep(Array.from({ length: count }, (_, at) => call(`c${from + at}`, { attempts: [] })));
  }
  expect((await ask()).json()).toMatchObject({
    status: 422,
    errors: [{ field: 'from', message: expect.stringContaining('from and until') }],
  });
}, 60_000);
