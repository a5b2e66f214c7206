import { err, ok, type Result } from '../base/result.ts';
import {
  type DeliverySettings,
  type DeliverySettingsError,
  explainDeliverySettings,
  parseDeliverySettings,
  parseTriggers,
  type TriggerSettings,
} from '../domain/delivery-settings.ts';
import { dialPlanOf } from '../domain/dial-plan.ts';
import { type E164, normaliseDialled } from '../domain/phone-number.ts';
import type { ControlContext } from './context.ts';
import type { ControlError, Problem } from './errors.ts';
import { refused } from './refusals.ts';
import type { DeliveryInput, DidRange, TriggersInput } from './views.ts';

/** How many DIDs one command takes. */
export const MOST_DIDS = 10_000;

const LONGEST_NAME = 200;

/** Control characters, which terminals obey; ends of lines and paragraphs; what turns the direction of what follows. */
const NOT_IN_A_NAME = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[^\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Z}\p{M}]/u;

/** A name that people give to an account or a gateway: one line of text. */
export function readName(text: string, field: string): Result<string, ControlError> {
  const name = text.trim();
  if (name === '') return refused(field, 'There is no name. Give one that you will recognise it by.');
  if (name.length > LONGEST_NAME) {
    return refused(field, `The name is ${name.length} characters long; ${LONGEST_NAME} are the most.`);
  }
  if (NOT_IN_A_NAME.test(name)) {
    return refused(field, 'A name is one line; leave out control characters.');
  }
  if (!VISIBLE.test(name)) return refused(field, 'The name has nothing that can be seen; give one that has.');
  return ok(name.toWellFormed());
}

/** A DID as people write it; undefined where it is no phone number at all. */
export function readDid(text: string, context: ControlContext): E164 | undefined {
  const plan = dialPlanOf(context.numberPolicy.homeCountry);
  return plan === undefined ? undefined : normaliseDialled(text.trim(), plan);
}

export function notADid(text: string): string {
  // What a spreadsheet makes of a long number in a narrow column; the digits are gone.
  if (/^[+-]?\d(?:[.,]\d+)?E\+?\d+$/iu.test(text.trim())) {
    return `"${text.slice(0, 40)}" is what a spreadsheet has left of a number. Format the column as text there, and enter the number again.`;
  }
  return `"${text.slice(0, 40)}" is not a phone number; give 10 digits, 11 digits, or + and the country code, such as +12125550123.`;
}

/** Reads DIDs and tells every one that is none; a number that comes twice counts once. */
export function readDids(
  texts: readonly string[],
  field: string,
  context: ControlContext,
): Result<ReadonlyMap<E164, number>, ControlError> {
  if (texts.length === 0) return refused(field, 'There is no number; give at least one.');
  if (texts.length > MOST_DIDS) {
    return refused(field, `These are ${texts.length} numbers; ${MOST_DIDS} are the most at a time.`);
  }
  const numbers = new Map<E164, number>();
  const problems: Problem[] = [];
  for (const [index, text] of texts.entries()) {
    const number = readDid(text, context);
    if (number === undefined) problems.push({ field: `${field}[${index}]`, message: notADid(text) });
    else if (!numbers.has(number)) numbers.set(number, index);
  }
  return problems.length === 0 ? ok(numbers) : err({ kind: 'refused', problems });
}

/** Every number from the first to the last of a range. `field`: what the range is called in the request. */
export function readRange(
  { from, to }: DidRange,
  field: string,
  context: ControlContext,
): Result<readonly E164[], ControlError> {
  const first = readDid(from, context);
  if (first === undefined) return refused(`${field}.from`, notADid(from));
  const last = readDid(to, context);
  if (last === undefined) return refused(`${field}.to`, notADid(to));
  if (last.length !== first.length || last < first) {
    return refused(`${field}.to`, `The range ends with ${last}, which does not come after ${first}.`);
  }
  const count = Number(last.slice(1)) - Number(first.slice(1)) + 1;
  if (count > MOST_DIDS) {
    return refused(field, `These are ${count} numbers; ${MOST_DIDS} are the most at a time.`);
  }
  const numbers: E164[] = [];
  const problems: Problem[] = [];
  for (let at = Number(first.slice(1)); numbers.length + problems.length < count; at += 1) {
    const number = readDid(`+${at}`, context);
    if (number === undefined) problems.push({ field, message: notADid(`+${at}`) });
    else numbers.push(number);
  }
  return problems.length === 0 ? ok(numbers) : err({ kind: 'refused', problems });
}

/** Lays what was given over `base` and checks the whole. */
export function readDelivery(
  input: DeliveryInput | undefined,
  base: DeliverySettings,
): Result<DeliverySettings, ControlError> {
  if (input === undefined) return ok(base);
  const { timings } = input;
  const merged: DeliverySettings = {
    triggers: mergeTriggers(input.triggers, base.triggers),
    timings: {
      noResponse: timings?.noResponse ?? base.timings.noResponse,
      noProgress: timings?.noProgress ?? base.timings.noProgress,
      ring: timings?.ring ?? base.timings.ring,
    },
    noAnswerFailover: input.noAnswerFailover ?? base.noAnswerFailover,
    sharedRegistrations: input.sharedRegistrations ?? base.sharedRegistrations,
    legCap: input.legCap ?? base.legCap,
  };
  const read = parseDeliverySettings(merged);
  return read.ok ? read : refused(`delivery.${fieldOf(read.error)}`, explainDeliverySettings(read.error));
}

/** A DID's own triggers. `base`: those that apply so far, its own or the account's. */
export function readTriggers(
  input: TriggersInput,
  base: TriggerSettings,
): Result<TriggerSettings, ControlError> {
  const read = parseTriggers(mergeTriggers(input, base));
  return read.ok ? read : refused(fieldOf(read.error), explainDeliverySettings(read.error));
}

function mergeTriggers(input: TriggersInput | undefined, base: TriggerSettings): TriggerSettings {
  return {
    preset: input?.preset ?? base.preset,
    add: input?.add ?? base.add,
    remove: input?.remove ?? base.remove,
  };
}

function fieldOf(error: DeliverySettingsError): string {
  switch (error.kind) {
    case 'outOfRange':
      return error.field === 'legCap' ? 'legCap' : `timings.${error.field}`;
    case 'notAStatus':
    case 'neverTriggers':
      return `triggers.${error.field}`;
    case 'addedAndRemoved':
      return 'triggers.add';
  }
}
