import { hash } from 'node:crypto';
import type { Flow, UdpFlows } from '../base/flow.ts';
import { type CallId, callId } from '../domain/ids.ts';
import { sameText } from '../sip/auth/nonces.ts';

const MAC_LENGTH = 20;
const CALL = /^[A-Za-z0-9_-]{1,40}$/;

/** What a Record-Route of ours says when it comes back as a Route. */
export interface DialogRoute {
  readonly call: CallId;
  /** The flow of a PBX behind a NAT: requests that do not come from it go along it (RFC 5626 section 5.3). */
  readonly flow: Flow | undefined;
}

/**
 * The user parts of our Record-Route and hand-over URIs. They are signed, so that nobody can use a trunk
 * server as a relay by inventing a Route, or hand a call over to it; and they carry all that an in-dialog
 * request needs, so that established calls survive a restart.
 */
export class SignedRoutes {
  readonly #key: string;
  readonly #flows: UdpFlows;

  /** `key`: the same on every trunk server, and kept over restarts. */
  constructor(key: string, flows: UdpFlows) {
    this.#key = key;
    this.#flows = flows;
  }

  /** The user part of a Record-Route for a dialog of the call `sipCallId` (the Call-ID header field). */
  dialogUser(sipCallId: string, call: CallId, flow: Flow | undefined): string {
    const payload = `d.${call}.${flow === undefined ? '' : encodeFlow(flow)}`;
    return `${payload}.${this.#mac(payload, sipCallId)}`;
  }

  /** Undefined when the user part is not ours, or was made for another Call-ID. */
  readDialogUser(user: string, sipCallId: string): DialogRoute | undefined {
    const payload = this.#verified(user, sipCallId);
    const [kind, call, encodedFlow] = payload?.split('.') ?? [];
    if (kind !== 'd' || call === undefined || !CALL.test(call)) return undefined;
    const flow = encodedFlow === undefined || encodedFlow === '' ? undefined : this.#decodeFlow(encodedFlow);
    return { call: callId(call), flow };
  }

  /** The user part of the Route that hands one INVITE over to another trunk server. */
  handOverUser(sipCallId: string, fromTag: string, cseq: number, call: CallId): string {
    const payload = `h.${call}`;
    return `${payload}.${this.#mac(payload, `${sipCallId}|${fromTag}|${cseq}`)}`;
  }

  /** The call that is handed over with this INVITE; undefined when no trunk server said so. */
  readHandOverUser(user: string, sipCallId: string, fromTag: string, cseq: number): CallId | undefined {
    const payload = this.#verified(user, `${sipCallId}|${fromTag}|${cseq}`);
    const [kind, call] = payload?.split('.') ?? [];
    return kind === 'h' && call !== undefined && CALL.test(call) ? callId(call) : undefined;
  }

  #verified(user: string, about: string): string | undefined {
    const macStart = user.lastIndexOf('.');
    if (macStart === -1 || user.length - macStart - 1 !== MAC_LENGTH) return undefined;
    const payload = user.slice(0, macStart);
    return sameText(this.#mac(payload, about), user.slice(macStart + 1)) ? payload : undefined;
  }

  /** Keyed by prefix and cut to 120 bits: what is cut off denies an attacker the state to extend. */
  #mac(payload: string, about: string): string {
    return hash('sha256', `${this.#key}\n${payload}\n${about}`, 'base64url').slice(0, MAC_LENGTH);
  }

  #decodeFlow(encoded: string): Flow | undefined {
    const text = Buffer.from(encoded, 'base64url').toString('latin1');
    const separator = text.lastIndexOf('/');
    const port = Number(text.slice(separator + 1));
    return separator > 0 && port > 0 ? this.#flows.of(text.slice(0, separator), port) : undefined;
  }
}

function encodeFlow(flow: Flow): string {
  return Buffer.from(`${flow.address}/${flow.port}`, 'latin1').toString('base64url');
}
