import { createHash } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import type { Asker } from './asker.ts';
import type { ControlContext } from './context.ts';
import type { ControlError } from './errors.ts';

/** How long an answer is repeated. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
/** Of one account, which may make any number of keys, and of each who operates; the oldest are forgotten before their time. */
const MOST_KEPT = 20_000;
const MOST_SIZE = 32 * 1024 * 1024;

/** A request that may come again, and must not be done again then. */
export interface RepeatableRequest {
  /** Chosen by whoever asks, for this request alone. */
  readonly key: string;
  /** What is asked, as a text that is the same when the request comes again. */
  readonly request: string;
}

const givenAnswer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type GivenAnswer = Readonly<z.output<typeof givenAnswer>>;

/** What is answered once what was asked is done. */
export interface Giving {
  readonly answer: GivenAnswer;
  /** What takes time and needs no transaction, such as a mail; its answer is given instead. */
  readonly afterwards?: (() => Promise<GivenAnswer>) | undefined;
}

export type Once =
  | { readonly kind: 'given' | 'repeated'; readonly answer: GivenAnswer }
  /** Nothing was done. */
  | { readonly kind: 'refused' };

/**
 * Does what is asked and keeps the answer, in one transaction, so that there are both or neither; or gives the answer again
 * that was given before. `give`: does it with the context that it gets; undefined where that refused it.
 */
export async function once(
  context: ControlContext,
  { key, request }: RepeatableRequest,
  give: (within: ControlContext) => Promise<Giving | undefined>,
): Promise<Result<Once, ControlError>> {
  const asker = textOf(context.asker);
  // Who may only read by now is not shown again what an owner was answered.
  const id = hashOf(`${asker} ${context.asker.access}\n${key}`);
  // Another process waits for the row instead, until this one has ended its transaction.
  if (context.underWay.has(id)) return err({ kind: 'underWay' });
  context.underWay.add(id);
  try {
    const { scope } = context.asker;
    const counted = scope.kind === 'account' ? `account ${scope.account}` : asker;
    return await doOnce(context, { id, asker: counted, requestHash: hashOf(request) }, give);
  } finally {
    context.underWay.delete(id);
  }
}

async function doOnce(
  context: ControlContext,
  row: { readonly id: string; readonly asker: string; readonly requestHash: string },
  give: (within: ControlContext) => Promise<Giving | undefined>,
): Promise<Result<Once, ControlError>> {
  const now = Math.floor(context.clock.now());
  const done = await context.store.together<
    Giving | { readonly repeated: GivenAnswer },
    ControlError | { readonly kind: 'nothingDone' }
  >(async (store, tables) => {
    const kept = await tables.givenAnswers.claim({ ...row, expiresAt: now + KEPT_MS }, now);
    if (kept !== undefined) {
      if (kept.requestHash !== row.requestHash) return err({ kind: 'keyReused' });
      return ok({ repeated: givenAnswer.parse(JSON.parse(kept.answer)) });
    }
    const giving = await give({ ...context, store, logins: context.logins.within(store) });
    if (giving === undefined) return err({ kind: 'nothingDone' });
    await tables.givenAnswers.keep(row.id, JSON.stringify(giving.answer));
    return ok(giving);
  });
  if (!done.ok) return done.error.kind === 'nothingDone' ? ok({ kind: 'refused' }) : err(done.error);
  if ('repeated' in done.value) return ok({ kind: 'repeated', answer: done.value.repeated });
  const { answer, afterwards } = done.value;
  if (afterwards === undefined) return ok({ kind: 'given', answer });
  const last = await afterwards();
  // Where that fails, the answer of the transaction is repeated: what it says was done, was.
  await context.store.write<void, never>(async (tables) => {
    await tables.givenAnswers.keep(row.id, JSON.stringify(last));
    return ok(undefined);
  });
  return ok({ kind: 'given', answer: last });
}

/** Forgets what is not repeated any more, and what is too much. */
export async function forgetAnswers({ store, clock }: Pick<ControlContext, 'store' | 'clock'>) {
  return await store.write<void, never>(async (tables) => {
    await tables.givenAnswers.deleteExpired(Math.floor(clock.now()));
    await tables.givenAnswers.forgetMost(MOST_KEPT, MOST_SIZE);
    return ok(undefined);
  });
}

/** The same for whoever has the same key, and for a person however they logged in. */
function textOf({ by }: Asker): string {
  switch (by.kind) {
    case 'operatorKey':
    case 'service':
      return by.kind;
    case 'apiKey':
      return `apiKey ${by.id}`;
    case 'login':
      return `user ${by.user}`;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
