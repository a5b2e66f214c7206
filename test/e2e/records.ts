import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, Call } from '../../demo/api.ts';

/** Records are written behind the call path, in batches: this is far more than they may take, in milliseconds. */
const WRITTEN_WITHIN = 5_000;

/** The call records that fit `filter` as soon as they are `complete`; else as they are after 5 s. */
export async function recordsOf(
  api: Api,
  filter: string,
  complete: (records: readonly Call[]) => boolean,
): Promise<readonly Call[]> {
  const deadline = performance.now() + WRITTEN_WITHIN;
  for (;;) {
    const records = await api.calls(filter);
    if (complete(records) || performance.now() > deadline) return records;
    await sleep(50);
  }
}

/** The record of the only call to a DID, once it has ended. */
export async function onlyRecord(api: Api, did: string): Promise<Call> {
  const records = await recordsOf(api, `did=${encodeURIComponent(did)}`, ([record]) => {
    return record !== undefined && (record.outcome !== 'answered' || record.endedAt !== null);
  });
  const [record] = records;
  if (record === undefined || records.length !== 1)
    throw new Error(`${did} has ${records.length} call records`);
  return record;
}
