import type { Millis } from '../base/clock.ts';
import type { DnsAnswer, DnsQuestion } from '../base/dns.ts';
import type { Flow } from '../base/flow.ts';
import type { FromEdge, SpoolEvent } from '../link/messages.ts';
import type { TransportOutput } from '../sip/transaction/context.ts';
import type { Spooled } from './spooler.ts';

/** What a trunk server needs from the thread that it runs on. The tests have one in virtual time. */
export interface TrunkServerHost extends TransportOutput {
  /** Asks DNS. `answered` is called on this thread, at once when the answer is known already. */
  ask(question: DnsQuestion, answered: (answer: DnsAnswer, now: Millis) => void): void;
  /** Finds out whether anything listens at `flow`; if not, `TrunkServer.refused` is called, never at once. */
  probe(flow: Flow): void;
  /** Appends to the spool. On return the events that are `kept` survive the end of the process. */
  spool(events: readonly SpoolEvent[]): Spooled;
  /**
   * From now on, or no longer, datagrams that nobody waits for may be kept until `receivePostponed`, so that they wake nobody
   * (decision 031). Which those are, `Unhurried` says.
   */
  postpone(postponed: boolean): void;
  /** Has what is kept received at once. */
  receivePostponed(): void;
  /** To the control plane. */
  post(message: FromEdge): void;
}
