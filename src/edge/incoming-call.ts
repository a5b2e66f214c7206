import type { Flow } from '../base/flow.ts';
import type { Account, Did } from '../domain/account.ts';
import type { CallId } from '../domain/ids.ts';
import type { SipRequest } from '../sip/message/message.ts';

/** A call that has been let in: who sent it, and whose it is. */
export interface IncomingCall {
  readonly id: CallId;
  readonly request: SipRequest;
  /** The top Via of the request, `received` and `rport` filled in (18.2.1, RFC 3581). */
  readonly topVia: string;
  /** Where the INVITE came from. */
  readonly source: Flow;
  readonly maxForwards: number;
  readonly did: Did;
  readonly account: Account;
  /** It comes from within our trust domain (RFC 3325): a trusted gateway, or another trunk server. */
  readonly trusted: boolean;
  /** The call at the trunk server that handed it over. */
  readonly handedOverFrom: CallId | undefined;
}
