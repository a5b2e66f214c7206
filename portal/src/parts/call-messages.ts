import type { Call, CallAttempt, CallRecord } from '../api/types.ts';
import { texts } from '../texts/en.ts';

const t = texts.calls;

/** Who takes part in a call: one line from top to bottom in its ladder. */
interface Lane {
  readonly id: string;
  readonly name: string;
  /** Below the name, such as where it is. */
  readonly place: string;
}

/** What passed between two lanes, or what did not come. */
export interface Message {
  /** Milliseconds since the call began. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /**
   * `known`: the record tells it, with its time. `follows`: SIP has it so. `missing`: it did not come. `either`: it is
   * known, but not which of the two sent it.
   */
  readonly kind: 'known' | 'follows' | 'missing' | 'either' | 'talk';
}

export interface Ladder {
  readonly lanes: readonly Lane[];
  readonly messages: readonly Message[];
}

const CARRIER = 'carrier';

/** What went between the carrier, the trunk servers and the targets of a call, as far as its record tells. */
export function ladderOf(call: Call): Ladder {
  const start = Date.parse(call.startedAt);
  const lanes: Lane[] = [{ id: CARRIER, name: t.carrier, place: call.caller }];
  const messages: Message[] = [];
  const answered: string[] = [];
  record(call, CARRIER);

  function record(one: CallRecord, from: string): void {
    const server = one.trunkServer;
    lanes.push({ id: server, name: server, place: t.trunkServer });
    add(one.startedAt, from, server, 'INVITE');
    add(one.startedAt, server, from, '100', 'follows');
    for (const [index, attempt] of one.attempts.entries()) {
      if (attempt.outcome.kind === 'skipped') continue;
      const leg = call.handedOver.find(({ trunkServer }) => trunkServer === attempt.target);
      if (attempt.reason.kind === 'otherTrunkServer' && leg !== undefined && one === call)
        record(leg, server);
      else tried(server, `${server} ${index}`, attempt);
      if (attempt.ringingAt !== null) add(attempt.ringingAt, server, from, '180');
    }
    add(one.finalAt, server, from, `${one.finalStatus}`);
    // §13.2.2.4: the ACK to a 2xx goes to whoever answered; to all else it goes hop by hop (17.1.1.3).
    if (one.finalStatus >= 300) add(one.finalAt, from, server, 'ACK', 'follows');
    if (from === CARRIER) talk(one);
  }

  function tried(server: string, lane: string, attempt: CallAttempt): void {
    const { startedAt, ringingAt, endedAt, outcome } = attempt;
    lanes.push({ id: lane, ...named(attempt) });
    add(startedAt, server, lane, 'INVITE');
    if (ringingAt !== null) add(ringingAt, lane, server, '180');
    switch (outcome.kind) {
      case 'answered':
        add(endedAt, lane, server, '200');
        answered.push(lane);
        return;
      case 'rejected':
        add(endedAt, lane, server, `${outcome.status ?? ''}`);
        add(endedAt, server, lane, 'ACK', 'follows');
        return;
      case 'cancelled':
        add(endedAt, server, lane, 'CANCEL', 'follows');
        return;
      case 'noResponse':
        add(endedAt, lane, server, t.missing[outcome.cause ?? ''] ?? outcome.text, 'missing');
        if (outcome.cause !== 'silent') add(endedAt, server, lane, 'CANCEL', 'follows');
        return;
      case 'unreachable':
      case 'skipped':
        add(endedAt, lane, server, t.missing[outcome.cause ?? ''] ?? outcome.text, 'missing');
    }
  }

  /** The conversation goes on between the carrier and whoever answered. */
  function talk({ answeredAt }: CallRecord): void {
    const lane = answered.at(-1);
    if (answeredAt === null || lane === undefined) return;
    add(answeredAt, CARRIER, lane, 'ACK', 'follows');
    const end = call.endedAt;
    const text = end === null ? t.talking : t.talked(t.took(Date.parse(end) - Date.parse(answeredAt)));
    add(answeredAt, CARRIER, lane, text, 'talk');
    if (end !== null) add(end, CARRIER, lane, t.bye, 'either');
  }

  function add(time: string, from: string, to: string, text: string, kind: Message['kind'] = 'known'): void {
    messages.push({ at: Date.parse(time) - start, from, to, text, kind });
  }

  return { lanes, messages: inOrder(messages) };
}

/** By time; what has the same time stays as it was told. */
function inOrder(messages: readonly Message[]): readonly Message[] {
  return messages
    .map((message, index) => ({ message, index }))
    .toSorted((a, b) => a.message.at - b.message.at || a.index - b.index)
    .map(({ message }) => message);
}

/** `+13035550123 over phones (sip:192.0.2.1)` is a number over a gateway; all else is a place. */
function named({ target, reason }: CallAttempt): { readonly name: string; readonly place: string } {
  const over = /^(\S+) over (.*) \((.*)\)$/.exec(target);
  const place = over === null ? target : `${over[1]} · ${over[2]}`;
  return { name: texts.plan.kinds[reason.kind], place: place.replace(/^sips?:/, '') };
}
