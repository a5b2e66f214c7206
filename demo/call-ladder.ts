import type { Sighting } from './agents/sip-socket.ts';
import type { Call } from './api.ts';
import { type Arrow, drawLadder } from './ladder.ts';

/** Who is at an address, by `address:port`. */
export type Directory = ReadonlyMap<string, string>;

const COLUMNS = ['carrier', 'trunk1', 'trunk2', 'PBX', 'backup', 'gateway'];

/** The ladder of one call, from what the agents saw and, for what passes between trunk servers, its record. */
export function drawCall(sightings: readonly Sighting[], directory: Directory, record?: Call): string[] {
  const start = sightings[0]?.at ?? 0;
  const seen = new Map<string, number>();
  const arrows: Arrow[] = sightings.map(({ at, agent, direction, peer, message }) => {
    const other = directory.get(`${peer.address}:${peer.port}`) ?? '?';
    const [from, to] = direction === 'sent' ? [agent, other] : [other, agent];
    const name = message.kind === 'request' ? message.method : `${message.status} ${message.reason}`;
    const times = (seen.get(from + message.text) ?? 0) + 1;
    seen.set(from + message.text, times);
    return { at: at - start, from, to, label: times === 1 ? name : `${name} (again)` };
  });
  return drawLadder(withHandOver(arrows, record), COLUMNS);
}

/** The agents do not see what one trunk server sends to another, so the record says when it was. */
function withHandOver(arrows: readonly Arrow[], record: Call | undefined): readonly Arrow[] {
  if (record === undefined) return arrows;
  let all = [...arrows];
  for (const leg of record.handedOver) {
    const recorded = Date.parse(leg.startedAt) - Date.parse(record.startedAt);
    const first = all.findIndex(({ from, to }) => from === leg.trunkServer || to === leg.trunkServer);
    const at = Math.max(0, Math.min(recorded, all[first]?.at ?? recorded));
    const arrow: Arrow = {
      at,
      from: record.trunkServer,
      to: leg.trunkServer,
      label: 'INVITE',
      concluded: true,
    };
    all = first === -1 ? [...all, arrow] : [...all.slice(0, first), arrow, ...all.slice(first)];
  }
  return all;
}
