import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Stand } from '../e2e/stand.ts';

/** DIDs that are changed one by one, and DIDs that are changed all at once. */
const SINGLE = 8;
const TOGETHER = 500;
/** The process is killed so long after the changes began, in milliseconds. */
const SOONEST = 30;
const LATEST = 400;
/** Changes that are to be acknowledged before each kill, and how long they are waited for. */
const FEWEST = 4;
const PATIENCE = 5_000;

const single = (index: number): string => `+1512555${String(2_000 + index)}`;
const together = (index: number): string => `+1512555${String(3_000 + index)}`;
const numberOf = (change: number): string => `+1512557${String(change % 10_000).padStart(4, '0')}`;

const page = z.object({
  entries: z.array(
    z.object({ number: z.string(), failover: z.object({ number: z.string().nullish() }).nullish() }),
  ),
  next: z.string().nullable(),
});

export interface KillsReport {
  readonly kills: number;
  /** Changes that were answered with success. */
  readonly acknowledged: number;
  /** Those that were not there after the restart. */
  readonly missing: readonly string[];
  /** Changes of many DIDs of which only a part was there. */
  readonly halfDone: readonly string[];
  /** Accounts that were made with an Idempotency-Key; each was asked for again with it after a kill. */
  readonly made: number;
  /** Those that were there twice, or of which another answer came the second time. */
  readonly twice: readonly string[];
}

/** What a DID, or all of a group, may hold after a kill: what was acknowledged last, or what was under way. */
interface Expected {
  acknowledged: string | undefined;
  underWay: string | undefined;
}

/** Kills the process again and again while it is being changed, starts it again and looks what is there. */
export async function killsDuringChanges(stand: Stand, kills: number, seed = 1): Promise<KillsReport> {
  await stand.start();
  const dids = [...Array(SINGLE).keys()].map(single);
  const group = [...Array(TOGETHER).keys()].map(together);
  await stand.service.api.createAccount({ name: 'killed', dids: [...dids, ...group] });
  const expected = new Map<string, Expected>();
  const missing: string[] = [];
  const halfDone: string[] = [];
  const twice: string[] = [];
  let made = 0;
  let acknowledged = 0;
  let changes = 0;
  const random = randomFrom(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    let dead = false;
    const { api } = stand.service;
    const change = async (what: string, method: string, path: string, body: (to: string) => unknown) => {
      while (!dead) {
        changes += 1;
        const to = numberOf(changes);
        const state = expected.get(what) ?? { acknowledged: undefined, underWay: undefined };
        expected.set(what, state);
        state.underWay = to;
        const answer = await api.raw(method, path, body(to)).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status !== 200)
          throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
        state.acknowledged = to;
        state.underWay = undefined;
        acknowledged += 1;
      }
    };
    // What was answered to each; undefined where the answer was lost.
    const asked = new Map<string, string | undefined>();
    const create = async () => {
      while (!dead) {
        made += 1;
        const name = `made ${made}`;
        asked.set(name, undefined);
        const answer = await api.raw('POST', '/accounts', { name }, name).catch(() => undefined);
        if (answer === undefined) return;
        asked.set(name, JSON.stringify(answer));
      }
    };
    const changing = [
      create(),
      ...dids.map((did) =>
        change(did, 'PUT', `/dids/${encodeURIComponent(did)}/failover`, (number) => ({ number })),
      ),
      change('together', 'POST', '/dids/failover', (number) => ({ dids: group, failover: { number } })),
    ];
    const wanted = acknowledged + FEWEST;
    const begun = performance.now();
    await sleep(SOONEST + random() * (LATEST - SOONEST));
    // On a busy machine little has been done by then.
    while (acknowledged < wanted && performance.now() - begun < PATIENCE) await sleep(5);
    await stand.service.process.kill();
    dead = true;
    await Promise.all(changing);
    await stand.start();
    twice.push(...(await askAgain(stand, asked)));
    const found = await failoverNumbers(stand);
    const fits = (what: string, value: string | undefined): void => {
      const state = expected.get(what);
      if (state === undefined) return;
      if (value !== state.acknowledged && value !== state.underWay) {
        missing.push(`kill ${kill}: ${what} is ${value}; ${state.acknowledged} was acknowledged`);
      }
      expected.set(what, { acknowledged: value, underWay: undefined });
    };
    for (const did of dids) fits(did, found.get(did));
    const values = new Set(group.map((did) => found.get(did)));
    if (values.size > 1) halfDone.push(`kill ${kill}: ${[...values].join(' and ')}`);
    fits('together', found.get(together(0)));
  }
  return { kills, acknowledged, missing, halfDone, made, twice };
}

const accounts = z.object({
  entries: z.array(z.object({ id: z.string(), name: z.string() })),
  next: z.string().nullable(),
});

/** Asks again for what was asked before the kill; says of what there is not exactly one, with the same answer. */
async function askAgain(stand: Stand, asked: ReadonlyMap<string, string | undefined>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, before] of asked) {
    const answer = JSON.stringify(await stand.service.api.raw('POST', '/accounts', { name }, name));
    if (before !== undefined && before !== answer) wrong.push(`${name}: ${before}, and then ${answer}`);
  }
  const counted = new Map<string, number>();
  for (let after = ''; ; ) {
    const { body } = await stand.service.api.raw('GET', `/accounts?limit=1000${after}`);
    const { entries, next } = accounts.parse(body);
    for (const { name } of entries) counted.set(name, (counted.get(name) ?? 0) + 1);
    if (next === null) break;
    after = `&after=${next}`;
  }
  for (const name of asked.keys()) {
    const times = counted.get(name) ?? 0;
    if (times !== 1) wrong.push(`${name} is there ${times} times`);
  }
  return wrong;
}

async function failoverNumbers(stand: Stand): Promise<ReadonlyMap<string, string | undefined>> {
  const numbers = new Map<string, string | undefined>();
  for (let after = ''; ; ) {
    const { body } = await stand.service.api.raw('GET', `/dids?limit=1000${after}`);
    const { entries, next } = page.parse(body);
    for (const { number, failover } of entries) numbers.set(number, failover?.number ?? undefined);
    if (next === null) return numbers;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

/** The same kills for the same seed, as far as the machine lets them. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
