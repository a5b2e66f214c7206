import type { Flow } from '../base/flow.ts';
import type { SendError } from './socket-error.ts';

/** The largest UDP payload over IPv4; IPv6 takes 20 bytes more, which nobody misses. */
export const MAX_DATAGRAM = 65_507;

/** What a datagram socket tells its owner. */
export interface DatagramEvents {
  /**
   * `text` holds one character for each byte (latin1). What this puts off to a promise or a next tick may wait until
   * something else happens on the thread, unless it also sets an immediate.
   */
  received(text: string, flow: Flow): void;
  /** What had come is handed on; the thread goes on to something else, or to sleep. */
  allReceived(): void;
  /** The socket itself is in trouble; it stays open. */
  failed(error: SendError): void;
}

/** Told about one datagram that could not be sent. */
export type SendFailed = (flow: Flow, error: SendError) => void;

/** A bound socket. */
export interface DatagramSocket {
  /** IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /**
   * Sends `text`, one byte for each character (latin1). Without `failed` an error goes unnoticed, which
   * saves work for answers and retransmissions; with it, it is called at most once and never before `send`
   * returns.
   */
  send(flow: Flow, text: string, failed?: SendFailed): void;
  /**
   * From now on, or no longer, the socket may keep what nobody waits for (decision 031) until `receivePostponed`, and not wake the
   * thread for it. Not every socket does so.
   */
  postpone(postponed: boolean): void;
  /** Hands on what it has kept, some of it where that is much. */
  receivePostponed(): void;
  /** Nothing is received or sent any more. */
  close(): void;
}
