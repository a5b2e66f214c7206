import { hash } from 'node:crypto';
import type { Millis } from '../base/clock.ts';
import { type CallId, callId } from '../domain/ids.ts';
import { sameText } from '../sip/auth/nonces.ts';

const MAC_LENGTH = 20;
const CALL = /^[A-Za-z0-9_-]{1,40}$/;

const DAY: Millis = 86_400_000;

/** A dialog that is older than this many days is no longer routed: what leaks must not open a way for ever. */
const MOST_DAYS = 7;

/** Where the two sides of a dialog are reached from here: host[:port], as in a URI. */
export interface DialogEnds {
  readonly caller: string;
  readonly callee: string;
  /** The callee is a PBX behind a NAT: requests go along the flow of its registration (RFC 5626 section 5.3). */
  readonly calleeIsFlow: boolean;
}

/** What names a dialog while it is being made. */
export interface DialogName {
  readonly sipCallId: string;
  readonly callerTag: string;
  readonly call: CallId;
}

/** What a Record-Route of ours says when it comes back as a Route. */
export interface DialogRoute {
  readonly call: CallId;
  /** The side that the request goes to: host[:port]. */
  readonly end: string;
  /** Go there along the flow, whatever the Request-URI says. */
  readonly isFlow: boolean;
}

/** The parts of an in-dialog request that its signature is about. */
interface Tagged {
  readonly callId: string;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
}

/**
 * The user parts of our Record-Route and hand-over URIs. They carry all that an in-dialog request needs, so
 * that established calls survive a restart; and they are signed, with what names the dialog and with where it
 * may lead, so that nobody can make a relay of a trunk server, not even who once had a call through it.
 */
export class SignedRoutes {
  readonly #key: string;

  /** `key`: the same on every trunk server, and kept over restarts. */
  constructor(key: string) {
    this.#key = key;
  }

  /** The user part of a Record-Route. */
  dialogUser(name: DialogName, ends: DialogEnds, now: Millis): string {
    const day = Math.floor(now / DAY).toString(36);
    const callee = `${ends.calleeIsFlow ? 'f' : 'c'}${encode(ends.callee)}`;
    const payload = `d.${name.call}.${day}.${encode(ends.caller)}.${callee}`;
    return `${payload}.${this.#mac(payload, dialogKey(name.sipCallId, name.callerTag))}`;
  }

  /** Undefined when the user part is not ours, too old, or was made for another dialog. */
  readDialogUser(user: string, request: Tagged, now: Millis): DialogRoute | undefined {
    const { callId: sipCallId, fromTag = '', toTag = '' } = request;
    const towardsCallee = this.#verified(user, dialogKey(sipCallId, fromTag));
    const payload = towardsCallee ?? this.#verified(user, dialogKey(sipCallId, toTag));
    const [kind, call, day, caller, callee] = payload?.split('.') ?? [];
    if (kind !== 'd' || call === undefined || !CALL.test(call)) return undefined;
    if (day === undefined || caller === undefined || callee === undefined) return undefined;
    if (Math.floor(now / DAY) - Number.parseInt(day, 36) > MOST_DAYS) return undefined;
    return towardsCallee === undefined
      ? { call: callId(call), end: decode(caller), isFlow: false }
      : { call: callId(call), end: decode(callee.slice(1)), isFlow: callee.startsWith('f') };
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
}

/** The caller's tag stands in From of one side's requests and in To of the other's; the callee's is not known yet. */
function dialogKey(sipCallId: string, callerTag: string): string {
  return `${sipCallId}\n${callerTag}`;
}

function encode(end: string): string {
  return Buffer.from(end, 'latin1').toString('base64url');
}

function decode(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString('latin1');
}
