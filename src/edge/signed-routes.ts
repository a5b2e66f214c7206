import { hash } from 'node:crypto';
import type { Millis } from '../base/clock.ts';
import { KeyedHash } from '../base/keyed-hash.ts';
import { type CallId, callId } from '../domain/ids.ts';

/** 120 bits. */
const MAC_LENGTH = 20;

const DOT = 0x2e;
/** Between the two ends of a dialog: what the callee is. */
const CALLEE = 0x43;
const FLOW = 0x46;

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
  readonly #hash: KeyedHash;
  #day = -1;
  #dayText = '';

  /** `key`: the same on every trunk server, and kept over restarts. */
  constructor(key: string) {
    this.#hash = new KeyedHash(hash('sha256', `routes\n${key}`, 'buffer').subarray(0, 16));
  }

  /** The user part of a Record-Route: `d.call.day.callerCcallee.mac`, with F for C where the callee is a flow. */
  dialogUser(name: DialogName, ends: DialogEnds, now: Millis): string {
    const callee = `${ends.calleeIsFlow ? 'F' : 'C'}${encode(ends.callee)}`;
    const payload = `d.${name.call}.${this.#today(now)}.${encode(ends.caller)}${callee}`;
    return this.#signed(payload, dialogKey(name.sipCallId, name.callerTag));
  }

  /** Undefined when the user part is not ours, too old, or was made for another dialog. */
  readDialogUser(user: string, request: Tagged, now: Millis): DialogRoute | undefined {
    if (!user.startsWith('d.')) return undefined;
    const { callId: sipCallId, fromTag = '', toTag = '' } = request;
    const towardsCallee = this.#isSigned(user, dialogKey(sipCallId, fromTag));
    if (!towardsCallee && !this.#isSigned(user, dialogKey(sipCallId, toTag))) return undefined;
    // It is as we wrote it.
    const callEnd = user.indexOf('.', 2);
    const dayEnd = user.indexOf('.', callEnd + 1);
    const day = user.substring(callEnd + 1, dayEnd);
    if (day !== this.#today(now) && this.#day - Number.parseInt(day, 36) > MOST_DAYS) return undefined;
    const end = user.length - MAC_LENGTH - 1;
    let middle = dayEnd + 1;
    while (middle < end && user.charCodeAt(middle) !== CALLEE && user.charCodeAt(middle) !== FLOW)
      middle += 1;
    const call = callId(user.substring(2, callEnd));
    return towardsCallee
      ? { call, end: decode(user.substring(middle + 1, end)), isFlow: user.charCodeAt(middle) === FLOW }
      : { call, end: decode(user.substring(dayEnd + 1, middle)), isFlow: false };
  }

  /** The user part of the Route that hands one INVITE over to another trunk server. */
  handOverUser(sipCallId: string, fromTag: string, cseq: number, call: CallId): string {
    return this.#signed(`h.${call}`, handOverKey(sipCallId, fromTag, cseq));
  }

  /** The call that is handed over with this INVITE; undefined when no trunk server said so. */
  readHandOverUser(user: string, sipCallId: string, fromTag: string, cseq: number): CallId | undefined {
    if (!user.startsWith('h.') || !this.#isSigned(user, handOverKey(sipCallId, fromTag, cseq)))
      return undefined;
    return callId(user.substring(2, user.length - MAC_LENGTH - 1));
  }

  #signed(payload: string, about: string): string {
    return `${payload}.${this.#hash.sign(`${payload}\n${about}`, MAC_LENGTH)}`;
  }

  #isSigned(user: string, about: string): boolean {
    const payloadEnd = user.length - MAC_LENGTH - 1;
    if (payloadEnd < 2 || user.charCodeAt(payloadEnd) !== DOT) return false;
    return this.#hash.verify(`${user.substring(0, payloadEnd)}\n${about}`, user, payloadEnd + 1);
  }

  #today(now: Millis): string {
    const day = Math.floor(now / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = day.toString(36);
    }
    return this.#dayText;
  }
}

/** The caller's tag stands in From of one side's requests and in To of the other's; the callee's is not known yet. */
function dialogKey(sipCallId: string, callerTag: string): string {
  return `${sipCallId}\n${callerTag}`;
}

function handOverKey(sipCallId: string, fromTag: string, cseq: number): string {
  return `${sipCallId}|${fromTag}|${cseq}`;
}

/**
 * host[:port], in lower case, in characters that every peer leaves as they are in a user part; people can read it in
 * a capture. Whatever is neither letter, digit, dot nor hyphen becomes `_` or begins with a capital letter.
 */
function encode(end: string): string {
  let encoded = '';
  let from = 0;
  for (let i = 0; i < end.length; i += 1) {
    const code = end.charCodeAt(i);
    if (isPlain(code)) continue;
    const hex = code === 0x3a ? '_' : `X${code.toString(16).padStart(2, '0')}`;
    encoded += end.substring(from, i) + hex;
    from = i + 1;
  }
  return from === 0 ? end : encoded + end.substring(from);
}

function decode(encoded: string): string {
  let end = '';
  let from = 0;
  for (let i = 0; i < encoded.length; i += 1) {
    const code = encoded.charCodeAt(i);
    if (isPlain(code)) continue;
    end += encoded.substring(from, i);
    if (code === 0x5f) end += ':';
    else {
      end += String.fromCharCode(Number.parseInt(encoded.substring(i + 1, i + 3), 16));
      i += 2;
    }
    from = i + 1;
  }
  return from === 0 ? encoded : end + encoded.substring(from);
}

function isPlain(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d;
}
