import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ControlStand,
  must,
  OPERATOR,
  PlayedEdge,
  TRUNK1,
  TRUNK2,
  until,
} from '../../../test/support/control-stand.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId, GatewayId, TrunkGroupId, TrunkServerId } from '../../domain/ids.ts';
import type { RoutingChange } from '../../link/routing.ts';
import type { ControlPlane } from '../control-plane.ts';

const DIDS = ['2125550100', '2125550101', '2125550102', '2125550103'];
/** Each begins with an empty database. */
const RUNS = 12;
const NUMBERS = ['3105550111', '3105550122'];

type Step =
  | { readonly kind: 'set'; readonly did: number; readonly number: number; readonly backup: boolean }
  | { readonly kind: 'clear'; readonly did: number }
  | { readonly kind: 'mass'; readonly from: number; readonly number: number }
  | { readonly kind: 'file'; readonly did: number; readonly number: number; readonly branch: boolean }
  | { readonly kind: 'account'; readonly account: number; readonly change: number }
  | { readonly kind: 'accountFailover'; readonly account: number; readonly number: number }
  | { readonly kind: 'triggers'; readonly did: number; readonly own: boolean }
  | { readonly kind: 'move'; readonly did: number; readonly account: number; readonly branch: boolean }
  | { readonly kind: 'remove'; readonly did: number }
  | { readonly kind: 'add'; readonly did: number; readonly account: number }
  | { readonly kind: 'rename'; readonly account: number; readonly name: string }
  | { readonly kind: 'gateway'; readonly what: number };

const which = (most: number) => fc.nat({ max: most - 1 });
const did = which(DIDS.length);
const account = which(2);
const number = which(NUMBERS.length);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), did, number, backup: fc.boolean() }),
  fc.record({ kind: fc.constant('clear' as const), did }),
  fc.record({ kind: fc.constant('mass' as const), from: did, number }),
  fc.record({ kind: fc.constant('file' as const), did, number, branch: fc.boolean() }),
  fc.record({ kind: fc.constant('account' as const), account, change: which(CHANGES().length) }),
  fc.record({ kind: fc.constant('accountFailover' as const), account, number: which(3) }),
  fc.record({ kind: fc.constant('triggers' as const), did, own: fc.boolean() }),
  fc.record({ kind: fc.constant('move' as const), did, account, branch: fc.boolean() }),
  fc.record({ kind: fc.constant('remove' as const), did }),
  fc.record({ kind: fc.constant('add' as const), did, account }),
  fc.record({ kind: fc.constant('rename' as const), account, name: fc.constantFrom('North', 'South') }),
  fc.record({ kind: fc.constant('gateway' as const), what: which(3) }),
);

function CHANGES() {
  return [
    { name: 'Alice & Co' },
    { suspended: true },
    { suspended: false },
    { didFormat: 'e164' },
    { delivery: { timings: { noProgress: 'off', ring: 30_000 } } },
    { delivery: { timings: { ring: 'default' }, legCap: 0, sharedRegistrations: true } },
    { delivery: { triggers: { preset: 'anything', add: [404], remove: [503] }, noAnswerFailover: true } },
  ] as const;
}

interface Place {
  readonly id: AccountId;
  readonly main: TrunkGroupId;
  readonly branch: TrunkGroupId;
}

async function placeOf(plane: ControlPlane, name: string, dids: readonly string[]): Promise<Place> {
  const { account } = must(await plane.createAccount({ name, dids })).value;
  const branch = must(await plane.createTrunkGroup(account.id, 'Branch')).value.trunkGroup.id;
  const main = account.trunkGroups[0]?.id ?? branch;
  return { id: account.id, main, branch };
}

/** Whether it was done; some steps are refused where they come. */
async function take(plane: ControlPlane, places: readonly Place[], step: Step): Promise<boolean> {
  const at = (index: number) => DIDS[index] ?? '';
  const place = (index: number) => places[index] ?? places[0] ?? expect.fail();
  const to = (index: number) => NUMBERS[index] ?? '3105550133';
  const owner = (index: number) => ({ kind: 'did', number: at(index) }) as const;
  const home = async (index: number) => {
    const found = await plane.did(OPERATOR, at(index));
    return places.find(({ id }) => found.ok && found.value.account === id) ?? place(0);
  };
  switch (step.kind) {
    case 'set': {
      const { branch } = await home(step.did);
      const backup = step.backup ? { backup: { trunkGroup: branch } } : {};
      return (await plane.putFailover(OPERATOR, owner(step.did), { number: to(step.number), ...backup })).ok;
    }
    case 'clear':
      return (await plane.deleteFailover(OPERATOR, owner(step.did))).ok;
    case 'mass':
      return (
        await plane.massFailover(OPERATOR, {
          dids: DIDS.slice(step.from),
          failover: { number: to(step.number) },
        })
      ).ok;
    case 'file': {
      const { main, branch } = await home(step.did);
      const line = { line: 2, number: at(step.did), trunkGroup: step.branch ? branch : main };
      const failoverNumber = NUMBERS[step.number] ?? '';
      return (await plane.importDids(OPERATOR, { lines: [{ ...line, failoverNumber }] })).ok;
    }
    case 'account': {
      const change = CHANGES()[step.change] ?? { name: 'Bob' };
      return (await plane.changeAccount(place(step.account).id, change)).ok;
    }
    case 'accountFailover': {
      const of = { kind: 'account', account: place(step.account).id } as const;
      const given = NUMBERS[step.number];
      if (given === undefined) return (await plane.deleteFailover(OPERATOR, of)).ok;
      return (await plane.putFailover(OPERATOR, of, { number: given, backup: 'pbx.example.com' })).ok;
    }
    case 'triggers':
      return (
        await plane.changeDid(OPERATOR, at(step.did), {
          triggers: step.own ? { preset: 'anything', add: [404] } : null,
        })
      ).ok;
    case 'move': {
      const { id, main, branch } = place(step.account);
      const from = await home(step.did);
      return (
        await plane.moveDids(from.id, [at(step.did)], {
          account: id,
          trunkGroup: step.branch ? branch : main,
        })
      ).ok;
    }
    case 'remove':
      return (await plane.removeDids((await home(step.did)).id, [at(step.did)])).ok;
    case 'add':
      return (await plane.addDids(place(step.account).id, { numbers: [at(step.did)] })).ok;
    case 'rename': {
      const { id, main } = place(step.account);
      return (await plane.renameTrunkGroup(id, main, step.name)).ok;
    }
    case 'gateway': {
      const { entries } = must(await plane.gateways({ limit: 10 }));
      const first: GatewayId | undefined = entries[0]?.id;
      if (first === undefined || step.what === 0) {
        return (await plane.createGateway({ name: 'carrier', sources: ['192.0.2.1'], address: 'c.example' }))
          .ok;
      }
      if (step.what === 1) return (await plane.changeGateway(first, { priority: 7, address: null })).ok;
      return (await plane.removeGateway(first)).ok;
    }
    default:
      return assertNever(step);
  }
}

async function connected(stand: ControlStand, id: TrunkServerId): Promise<PlayedEdge> {
  const edge = new PlayedEdge();
  stand.running.edges.connect(id, edge);
  await until(() => edge.kinds.includes('snapshotEnd'));
  return edge;
}

/** What trunk servers route by, however it came to them. */
function routesOf(edge: PlayedEdge): readonly RoutingChange[] {
  const rows = new Map<string, RoutingChange>();
  for (const row of [...edge.snapshot, ...edge.changes.flatMap(({ changes }) => changes)]) {
    switch (row.kind) {
      case 'account':
        rows.set(row.account.id, row);
        break;
      case 'trunkGroup':
        rows.set(row.trunkGroup.id, row);
        break;
      case 'did':
        rows.set(row.did.number, row);
        break;
      case 'gateway':
        rows.set(row.gateway.id, row);
        break;
      case 'didRemoved':
        rows.delete(row.number);
        break;
      case 'accountRemoved':
      case 'trunkGroupRemoved':
      case 'gatewayRemoved':
        rows.delete(row.id);
        break;
      case 'policy':
        rows.set('policy', row);
        break;
      default:
        assertNever(row);
    }
  }
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

test('whatever was changed, undoing it from the last to the first gives what was there, and undoing that what was changed', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const stand = new ControlStand();
      try {
        await stand.start();
        const plane = stand.controlPlane;
        const places = [await placeOf(plane, 'Alice', DIDS.slice(0, 3)), await placeOf(plane, 'Bob', [])];
        const edge = await connected(stand, TRUNK1);
        const begun = routesOf(edge);
        const newest = async () =>
          must(await plane.audit(OPERATOR, {}, { limit: 1 })).entries[0]?.number ?? 0;
        const first = await newest();
        for (const one of steps) if (await take(plane, places, one)) taken += 1;
        const changed = routesOf(edge);
        const last = await newest();
        const backTo = async (from: number, until: number) => {
          for (let entry = until; entry > from; entry -= 1) {
            const { changes } = must(await plane.auditEntry(OPERATOR, entry));
            if (changes.length > 0) must(await plane.undo(OPERATOR, entry));
          }
        };
        await backTo(first, last);
        expect(routesOf(edge)).toEqual(begun);
        await backTo(last, await newest());
        expect(routesOf(edge)).toEqual(changed);
        // What was told change by change is what the store has.
        const other = await connected(stand, TRUNK2);
        expect(routesOf(other)).toEqual(changed);
      } finally {
        await stand.stop();
        rmSync(stand.folder, { recursive: true, force: true });
      }
    }),
    { numRuns: RUNS },
  );
  expect(taken).toBeGreaterThan(RUNS);
}, 120_000);
