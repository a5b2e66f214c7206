import { hash } from 'node:crypto';
import type { Millis } from '../base/clock.ts';
import { KeyedHash } from '../base/keyed-hash.ts';
import { type CallId, callId } from '../domain/ids.ts';

/** 120 bits. */
const MAC_LENGTH = 20;

const DOT = 0x2e;
/** Between the two ends of a dialog: what the callee is. */
const CALLEE = 'C';
const FLOW = 'F';

const DAY: Millis = 86_400_000;

/** A dialog that is older than this many days is no longer routed: what leaks must not open a way for ever. */
const MOST_DAYS = 7;

/** A dialog that is being made: what names it, and where its two sides are reached from here. */
export interface NewDialog {
  readonly sipCallId: string;
  readonly callerTag: string;
  readonly call: CallId;
  /** host[:port], as in a URI. */
  readonly caller: string;
  readonly callee: string;
  /** The callee is a PBX behind a NAT: requests go along the flow of its registration (RFC 5626 section 5.3). */
  readonly calleeIsFlow: boolean;
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
  dialogUser(dialog: NewDialog, now: Millis): string {
    const callee = `${dialog.calleeIsFlow ? FLOW : CALLEE}${encode(dialog.callee)}`;
    const payload = `d.${dialog.call}.${this.#today(now)}.${encode(dialog.caller)}${callee}`;
    return this.#signedFor(payload, dialog.sipCallId, dialog.callerTag);
  }

  /** `user`, which is of the dialog of that name, with another callee, which is no flow. */
  withCallee(user: string, callee: string, sipCallId: string, callerTag: string): string {
    const payload = user.substring(0, endOfCaller(user, callerStart(user))) + `${CALLEE}${encode(callee)}`;
    return this.#signedFor(payload, sipCallId, callerTag);
  }

  /** Undefined when the user part is not ours, too old, or was made for another dialog. */
  readDialogUser(user: string, request: Tagged, now: Millis): DialogRoute | undefined {
    if (!user.startsWith('d.')) return undefined;
    const { callId: sipCallId, fromTag = '', toTag = '' } = request;
    const towardsCallee = this.#isSignedFor(user, sipCallId, fromTag);
    if (!towardsCallee && !this.#isSignedFor(user, sipCallId, toTag)) return undefined;
    // It is as we wrote it.
    const callEnd = user.indexOf('.', 2);
    const caller = callerStart(user);
    const day = user.substring(callEnd + 1, caller - 1);
    if (day !== this.#today(now) && this.#day - Number.parseInt(day, 36) > MOST_DAYS) return undefined;
    const end = payloadEnd(user);
    const middle = endOfCaller(user, caller);
    const call = callId(user.substring(2, callEnd));
    return towardsCallee
      ? { call, end: decode(user.substring(middle + 1, end)), isFlow: user.charAt(middle) === FLOW }
      : { call, end: decode(user.substring(caller, middle)), isFlow: false };
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
    return `${payload}.${this.#hash.add(payload).add('\n').sign(about, MAC_LENGTH)}`;
  }

  #isSigned(user: string, about: string): boolean {
    const end = payloadEnd(user);
    if (end < 2 || user.charCodeAt(end) !== DOT) return false;
    return this.#hash
      .add(user.substring(0, end))
      .add('\n')
      .verify(about, user, end + 1);
  }

  /** The caller's tag stands in From of one side's requests and in To of the other's; the callee's is not known yet. */
  #signedFor(payload: string, sipCallId: string, callerTag: string): string {
    const hash = this.#hash.add(payload).add('\n').add(sipCallId).add('\n');
    return `${payload}.${hash.sign(callerTag, MAC_LENGTH)}`;
  }

  #isSignedFor(user: string, sipCallId: string, callerTag: string): boolean {
    const end = payloadEnd(user);
    if (end < 2 || user.charCodeAt(end) !== DOT) return false;
    const hash = this.#hash.add(user.substring(0, end)).add('\n').add(sipCallId).add('\n');
    return hash.verify(callerTag, user, end + 1);
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

/** Where the dot before the signature stands. */
function payloadEnd(user: string): number {
  return user.length - MAC_LENGTH - 1;
}

/** Where the caller's end begins in `d.call.day.callerCcallee.mac`. */
function callerStart(user: string): number {
  return user.indexOf('.', user.indexOf('.', 2) + 1) + 1;
}

function endOfCaller(user: string, start: number): number {
  // In what is before and behind it these letters do not stand (see `encode`).
  const callee = user.indexOf(CALLEE, start);
  const end = payloadEnd(user);
  const middle = callee === -1 || callee >= end ? user.indexOf(FLOW, start) : callee;
  return middle === -1 || middle > end ? end : middle;
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
  // Mostly there is nothing to do.
  if (!encoded.includes('_') && !encoded.includes('X')) return encoded;
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
