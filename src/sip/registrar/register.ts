import type { Millis } from '../../base/clock.ts';
import type { Flow } from '../../base/flow.ts';
import { formatQValue } from '../message/contact.ts';
import type { SipRequest } from '../message/message.ts';
import type { LiveBinding } from './binding.ts';
import type { LocationService } from './location-service.ts';
import { refresh } from './refresh.ts';
import type { Refusal } from './refusal.ts';
import { checkRequire, type RegistrationLimits, readPath, readWish } from './register-request.ts';
import { updateBindings } from './update-bindings.ts';

/** How a REGISTER is answered, and what it changed. */
export interface RegisterOutcome {
  readonly status: 200 | Refusal['status'];
  /** The reason phrase; undefined: the registered one. */
  readonly reason: string | undefined;
  /** Header lines. */
  readonly headers: string;
  readonly changed: {
    /** Bindings that are new or refreshed. */
    readonly bound: readonly LiveBinding[];
    /** Bindings that are gone; not those in whose place one with the same `contact` stands. */
    readonly unbound: readonly LiveBinding[];
  };
}

const NO_PATH: readonly string[] = [];
const NOTHING: RegisterOutcome['changed'] = { bound: [], unbound: [] };

/**
 * Carries out a REGISTER (RFC 3261 10.3, without steps 1 and 3 to 5: whose domain it is, who asks, and whose
 * address of record it is are settled before). Either all of it is done, or nothing is and the status is not
 * 200. `source` is where it came from.
 */
export function register(
  locationService: LocationService,
  aor: string,
  request: SipRequest,
  source: Flow,
  now: Millis,
  limits: RegistrationLimits,
): RegisterOutcome {
  const refreshed = refresh(locationService, aor, request, source, now, limits);
  if (refreshed === undefined) return carryOut(locationService, aor, request, source, now, limits);
  const bound = [refreshed];
  return {
    status: 200,
    reason: undefined,
    headers: answerHeaders(bound, NO_PATH, now),
    changed: { bound, unbound: [] },
  };
}

/** The same, whatever it asks for. */
export function carryOut(
  locationService: LocationService,
  aor: string,
  request: SipRequest,
  source: Flow,
  now: Millis,
  limits: RegistrationLimits,
): RegisterOutcome {
  const refused = checkRequire(request);
  if (refused !== undefined) return refuse(refused);
  const path = readPath(request);
  if (!path.ok) return refuse(path.error);
  const wish = readWish(request, limits);
  if (!wish.ok) return refuse(wish.error);
  const before = locationService.lookup(aor, now);
  const updated = updateBindings(before, wish.value, { request, source, path: path.value, now });
  if (!updated.ok) return refuse(updated.error);
  const bindings = updated.value;
  return {
    status: 200,
    reason: undefined,
    headers: answerHeaders(bindings, path.value, now),
    changed: bindings === before ? NOTHING : changes(locationService.replace(aor, bindings), bindings),
  };
}

function refuse({ status, reason, headers }: Refusal): RegisterOutcome {
  return { status, reason, headers, changed: NOTHING };
}

function changes(before: readonly LiveBinding[], after: readonly LiveBinding[]): RegisterOutcome['changed'] {
  return {
    bound: after.filter((binding) => !before.includes(binding)),
    unbound: before.filter((old) => after.every((binding) => binding.contact !== old.contact)),
  };
}

/** §10.3 step 8, RFC 3327 section 5.3. */
function answerHeaders(bindings: readonly LiveBinding[], path: readonly string[], now: Millis): string {
  let lines = '';
  for (const { contact, q, expiresAt } of bindings) {
    const weight = q === 1000 ? '' : `;q=${formatQValue(q)}`;
    lines += `Contact: <${contact}>${weight};expires=${Math.ceil((expiresAt - now) / 1000)}\r\n`;
  }
  for (const value of path) lines += `Path: ${value}\r\n`;
  return `${lines}Supported: path\r\n${dateLine(now)}`;
}

/** The Date line of the second before: registrations come by the hundred, and to write a date takes long. */
let lastSecond = Number.NaN;
let lastLine = '';

function dateLine(now: Millis): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastLine = `Date: ${new Date(now).toUTCString()}\r\n`;
    lastSecond = second;
  }
  return lastLine;
}
