/** What a message may have. Beyond it, a request is answered with an error and a response is discarded. */
export interface MessageLimits {
  /** Bytes of the whole message. */
  readonly size: number;
  /** Header lines, folded ones counted once. */
  readonly headers: number;
  /** Via values of a request, over all lines; a response may have one more, ours. */
  readonly vias: number;
  /** Bytes of one line, without its line end. */
  readonly line: number;
  /** Bytes of the Request-URI. */
  readonly uri: number;
}

export const DEFAULT_LIMITS: MessageLimits = {
  // What we add must still fit into a datagram (65,507 bytes) on the way out.
  size: 60_000,
  headers: 256,
  vias: 70,
  line: 8_192,
  uri: 2_048,
};
