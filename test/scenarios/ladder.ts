import type { Millis } from '../../src/base/clock.ts';
import { type ParsedMessage, parseMessage } from '../../src/sip/message/parse.ts';

/** One datagram. */
export class Sent {
  readonly at: Millis;
  readonly from: string;
  /** The name of the node; its place where there is none. */
  readonly to: string;
  readonly text: string;
  readonly fate: 'sent' | 'lost' | 'nobody';
  #message: ParsedMessage | undefined;

  constructor(at: Millis, from: string, to: string, text: string, fate: Sent['fate']) {
    this.at = at;
    this.from = from;
    this.to = to;
    this.text = text;
    this.fate = fate;
  }

  get message(): ParsedMessage {
    this.#message ??= parseMessage(this.text);
    return this.#message;
  }
}

/** The trace as lines of at most 110 columns: time in seconds, who to whom, and what. */
export function ladder(trace: readonly Sent[], origin: Millis): string {
  const lines = trace.map((sent) => {
    const time = ((sent.at - origin) / 1000).toFixed(3).padStart(9);
    const arrow = sent.fate === 'sent' ? '->' : sent.fate === 'lost' ? '-x' : '-?';
    return `${time}  ${sent.from.padEnd(9)} ${arrow} ${sent.to.padEnd(16)} ${summary(sent.message)}`.slice(
      0,
      110,
    );
  });
  return lines.join('\n');
}

/** The start line, and for a response what it answers. */
function summary(message: ParsedMessage): string {
  switch (message.kind) {
    case 'request':
      return `${message.method} ${message.uri}`;
    case 'response':
      return `${message.status} ${message.reason} (${message.cseqMethod})`;
    case 'badRequest':
      return `broken request: ${message.reason}`;
    case 'discard':
      return `no SIP: ${message.reason}`;
  }
}
