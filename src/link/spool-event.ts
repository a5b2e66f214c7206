import { z } from 'zod';
import {
  bindingJson,
  callIdJson,
  callRecordJson,
  timeJson,
  trunkGroupIdJson,
} from '../domain/json-schemas.ts';
import type { SpoolEvent } from './messages.ts';
import { usualEvent } from './usual-events.ts';

const spoolEventJson: z.ZodType<SpoolEvent> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bound'), binding: bindingJson }),
  z.object({ kind: z.literal('unbound'), trunkGroup: trunkGroupIdJson, contact: z.string() }),
  z.object({ kind: z.literal('oldPasswordUsed'), trunkGroup: trunkGroupIdJson, at: timeJson }),
  z.object({ kind: z.literal('call'), record: callRecordJson }),
  z.object({ kind: z.literal('callEnded'), call: callIdJson, at: timeJson }),
]);

/** Reads a line of the spool; undefined where the disk has damaged it. */
export function parseSpoolLine(line: string): SpoolEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  return usualEvent(json) ?? anyEvent(json);
}

/** By the schema, whatever it is. */
export function anyEvent(json: unknown): SpoolEvent | undefined {
  const event = spoolEventJson.safeParse(json);
  return event.success ? event.data : undefined;
}
