import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, must, OPERATOR, PlayedEdge } from '../../test/support/control-stand.ts';
import { SEALING_KEY } from '../../test/support/sealing-key.ts';
import { trunkServerId } from '../domain/ids.ts';
import { Store } from '../store/store.ts';
import { type RunningControlPlane, startControlPlane } from './start.ts';

// On a database that tells nobody of anything: what is not told must be found by looking.

let folder = '';
let processes: readonly RunningControlPlane[] = [];

async function start(process: string, trunkServer: string, address: string): Promise<RunningControlPlane> {
  const started = await startControlPlane({
    store: must(Store.openSqlite(join(folder, 'shared.db'), SEALING_KEY)),
    clock: { now: () => Date.now() },
    log: () => {},
    trunkServers: [{ id: trunkServerId(trunkServer), address, port: 5060 }],
    policy: {
      homeCountry: 'US',
      allowedCountries: [],
      blockedPrefixes: [],
      allowedRanges: [],
      maxDiversions: 5,
    },
    realm: 'throughline',
    spoolFolder: join(folder, process),
    process,
  });
  return must(started);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-processes-'));
  processes = [await start('one', 'trunk1', '8.8.8.1'), await start('other', 'trunk2', '8.8.8.2')];
});

afterEach(async () => {
  for (const running of processes) await running.close();
  rmSync(folder, { recursive: true });
});

test('a change that nobody is told of is found, and routes calls in the other process', async () => {
  const [one, other] = processes;
  const edge = new PlayedEdge();
  other?.edges.connect(trunkServerId('trunk2'), edge);
  await eventually(() => expect(edge.kinds).toContain('snapshotEnd'));
  if (one === undefined) throw new Error('not started');
  const made = must(await one.controlPlane.createAccount({ name: 'Alice' }));
  await eventually(() => expect(edge.changes.map(({ revision }) => revision)).toEqual([made.revision]));
});

test('a database that has gone back is noticed, and the trunk servers get what it has now', async () => {
  const [one] = processes;
  if (one === undefined) throw new Error('not started');
  must(await one.controlPlane.createAccount({ name: 'Kept' }));
  const edge = new PlayedEdge();
  one.edges.connect(trunkServerId('trunk1'), edge);
  await eventually(() => expect(edge.kinds).toContain('snapshotEnd'));
  const { value } = must(await one.controlPlane.createAccount({ name: 'Lost' }));
  await eventually(() => expect(edge.changes).toHaveLength(1));
  edge.heard.length = 0;
  const database = new DatabaseSync(join(folder, 'shared.db'));
  database.exec(`
    begin immediate;
    update revision_counter set revision = 1;
    delete from revision_changes where revision = 2;
    delete from revisions where revision = 2;
    delete from trunk_groups where account = '${value.account.id}';
    delete from accounts where id = '${value.account.id}';
    commit`);
  database.close();
  await eventually(() => expect(edge.heard.at(-1)).toEqual({ kind: 'snapshotEnd', revision: 1 }));
  expect(JSON.stringify(edge.snapshot)).not.toContain('Lost');
});

test('a trunk server of the other process cannot be a backup', async () => {
  const control = processes[1]?.controlPlane;
  if (control === undefined) throw new Error('not started');
  must(await control.createAccount({ name: 'Alice', dids: ['2125550100'] }));
  const owner = { kind: 'did', number: '2125550100' } as const;
  expect(must(await control.putFailover(OPERATOR, owner, { backup: '8.8.8.9' })).value).toBeDefined();
  expect(await control.putFailover(OPERATOR, owner, { backup: '8.8.8.1' })).toMatchObject({
    error: { kind: 'refused', problems: [{ field: 'backup' }] },
  });
});
