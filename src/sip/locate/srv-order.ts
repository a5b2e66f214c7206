import type { SrvRecord } from '../../base/dns.ts';
import type { Random } from '../../base/random.ts';

/** Records of one name that are looked at; a zone with more is not one that anybody meant. */
const MAX_RECORDS = 64;

/** RFC 2782: by priority, and among equals drawn at random by weight, weight 0 with hardly any chance. */
export function inSrvOrder(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const waiting = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  waiting.length = Math.min(waiting.length, MAX_RECORDS);
  const ordered: SrvRecord[] = [];
  while (waiting.length > 0) {
    const [drawn] = waiting.splice(draw(waiting, random), 1);
    if (drawn !== undefined) ordered.push(drawn);
  }
  return ordered;
}

/** The index of one record of the first priority; `records` is sorted, weight 0 before the others. */
function draw(records: readonly SrvRecord[], random: Random): number {
  const priority = records[0]?.priority;
  let total = 0;
  let count = 0;
  for (const record of records) {
    if (record.priority !== priority) break;
    total += record.weight;
    count += 1;
  }
  // "A uniform random number between 0 and the sum computed (inclusive)".
  const point = Math.floor(random.fraction() * (total + 1));
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    sum += records[i]?.weight ?? 0;
    if (sum >= point) return i;
  }
  return count - 1;
}
