import { hashText } from '../../base/hash-table.ts';
import { ownText } from '../../base/own-text.ts';
import type { SipRequest } from '../message/message.ts';

/** Branches that begin with this were made by RFC 3261 elements and are unique (8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK';

/** Names one server transaction (RFC 3261 17.2.3). */
export class ServerKey {
  /** The branch; what stands for it where there is none that is unique. */
  #id: string;
  /** Sent-by. */
  #host: string;
  readonly #port: number;
  #method: string;
  readonly hash: number;

  /**
   * The key of the server transaction that `request` belongs to. An ACK belongs to its INVITE's; for a CANCEL
   * ask with `method` 'INVITE' to find what it cancels (9.2). `seed`: see `hashText`.
   */
  constructor(request: SipRequest, seed: number, method = request.method) {
    const { branch, host, port } = request.via;
    this.#id = branch !== undefined && isUnique(branch) ? branch : rfc2543Id(request);
    this.#host = host;
    this.#port = port ?? 5060;
    this.#method = method === 'ACK' ? 'INVITE' : method;
    this.hash = hashText(this.#method, hashText(host, hashText(this.#id, seed)) ^ this.#port);
  }

  equals(other: ServerKey): boolean {
    return (
      this.#id === other.#id &&
      this.#port === other.#port &&
      this.#method === other.#method &&
      this.#host === other.#host
    );
  }

  /** Holds nothing of the message any more that it was read from. `sender`: mostly the host of sent-by. */
  makeOwn(sender: string): this {
    this.#id = ownText(this.#id);
    this.#host = this.#host === sender ? sender : ownText(this.#host);
    this.#method = ownText(this.#method);
    return this;
  }
}

/** The cookie alone says that an identifier follows, but none does: it is the same for every request. */
function isUnique(branch: string): boolean {
  return branch.length > MAGIC_COOKIE.length && branch.startsWith(MAGIC_COOKIE);
}

/**
 * §17.2.3: without the cookie a request is matched by Request-URI, From tag, Call-ID, CSeq and top Via. The To
 * tag is left out: an ACK carries the one that we answered with, the INVITE none.
 */
function rfc2543Id(request: SipRequest): string {
  const { branch } = request.via;
  return `2543|${request.uri}|${request.fromTag ?? ''}|${request.callId}|${request.cseq}|${branch ?? ''}`;
}
