import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { err, ok, type Result } from '../base/result.ts';
import { dialPlanOf } from './dial-plan.ts';
import { type E164, normaliseDialled, parseE164 } from './phone-number.ts';

/** What the operator allows a failover number to be. */
export interface NumberPolicy {
  /** ISO country whose numbering plan completes numbers that come without `+`. Always allowed. */
  readonly homeCountry: string;
  /** Other ISO countries that are allowed. */
  readonly allowedCountries: readonly string[];
  /** Beginnings of E.164 numbers, such as `+1268`, that are refused although their country is allowed. */
  readonly blockedPrefixes: readonly string[];
}

/** Why a number cannot be a failover number. */
export type NumberRefusal =
  | { readonly kind: 'empty' }
  /** A character that no phone number has; `found` is that character. */
  | { readonly kind: 'notANumber'; readonly found: string }
  | { readonly kind: 'emergency'; readonly digits: string }
  /** An N11 code, or directory assistance. */
  | { readonly kind: 'serviceCode'; readonly digits: string }
  | { readonly kind: 'shortCode'; readonly digits: string }
  | { readonly kind: 'areaCodeMissing'; readonly digits: string }
  /** Too few or too many digits for any number. */
  | { readonly kind: 'wrongLength'; readonly digits: string }
  /** No country has the calling code that it begins with. */
  | { readonly kind: 'unknownCallingCode'; readonly digits: string }
  /** The numbering plan behind that calling code has no such number. */
  | { readonly kind: 'notInNumberingPlan'; readonly number: E164; readonly callingCode: string }
  | { readonly kind: 'premiumRate'; readonly number: E164 }
  /** It follows a person, and what a call costs is set by who holds it. */
  | { readonly kind: 'personalNumber'; readonly number: E164 }
  /** `country` is undefined for numbers of no country, such as +800 and satellite phones. */
  | {
      readonly kind: 'countryNotAllowed';
      readonly number: E164;
      readonly country: string | undefined;
      readonly allowed: readonly string[];
    }
  | { readonly kind: 'blockedPrefix'; readonly number: E164; readonly prefix: string }
  /** A DID of this service: calls would go round in a loop. */
  | { readonly kind: 'ownDid'; readonly number: E164 };

/**
 * Emergency numbers the world over, with 988 (crisis line) and 933 (911 test) of North America. Outside their
 * country they are refused as short codes anyway; here they get their own message.
 */
const EMERGENCY: ReadonlySet<string> = new Set(
  '911 112 999 000 110 113 115 117 118 119 122 933 988'.split(' '),
);

/** The shortest text that can be a whole number; what has fewer digits is a short code. */
const SHORTEST_NUMBER = 7;

/**
 * Checks what a customer typed as a failover number and completes it to E.164. Punctuation is forgiven.
 * Whether the numbering plan has the number, libphonenumber knows.
 */
export function checkFailoverNumber(
  text: string,
  policy: NumberPolicy,
  isOwnDid: (number: E164) => boolean,
): Result<E164, NumberRefusal> {
  const typed = typedDigits(text);
  if (!typed.ok) return typed;
  const short = refuseShort(typed.value, policy.homeCountry);
  if (short !== undefined) return err(short);
  const found = lookUp(typed.value, policy.homeCountry);
  const number = found === undefined ? undefined : parseE164(found.number);
  if (found === undefined || number === undefined) return err(refuseUnread(typed.value));
  if (found.countryCallingCode === '1' && number.length !== 12) {
    return err({ kind: 'wrongLength', digits: typed.value });
  }
  const refusal = refusePlan(found, number) ?? refusePolicy(found, number, policy);
  if (refusal !== undefined) return err(refusal);
  return isOwnDid(number) ? err({ kind: 'ownDid', number }) : ok(number);
}

/** The digits, behind a `+` where there is one first. */
function typedDigits(text: string): Result<string, NumberRefusal> {
  let digits = '';
  for (const character of text) {
    if (character >= '0' && character <= '9') digits += character;
    else if (character === '+' && digits === '') digits = '+';
    else if (!'-–.()/ \t\u00a0\u2011'.includes(character))
      return err({ kind: 'notANumber', found: character });
    // Whatever is longer than any number is refused for its length; there is no need to read on.
    if (digits.length > 40) return err({ kind: 'wrongLength', digits });
  }
  return digits === '' || digits === '+' ? err({ kind: 'empty' }) : ok(digits);
}

function refuseShort(typed: string, homeCountry: string): NumberRefusal | undefined {
  const digits = typed.startsWith('+') ? typed.slice(1) : typed;
  const nanp = isNorthAmerican(homeCountry);
  // 911 is also dialled, and typed, as 1911 and +1911.
  const code = nanp && digits.length === 4 && digits.startsWith('1') ? digits.slice(1) : digits;
  if (EMERGENCY.has(code)) return { kind: 'emergency', digits: code };
  if (nanp && isN11(code)) return { kind: 'serviceCode', digits: code };
  if (digits.length < SHORTEST_NUMBER) return { kind: 'shortCode', digits };
  if (nanp && typed.length === 7) return { kind: 'areaCodeMissing', digits };
  return undefined;
}

function isNorthAmerican(country: string): boolean {
  return dialPlanOf(country)?.callingCode === '1';
}

/** 211, 311, … 911 (and 011, 111, which are no codes but no numbers either). */
function isN11(code: string): boolean {
  return code.length === 3 && code.endsWith('11');
}

function lookUp(typed: string, homeCountry: string): PhoneNumber | undefined {
  const plan = dialPlanOf(homeCountry);
  const completed = plan === undefined ? undefined : normaliseDialled(typed, plan);
  if (completed !== undefined) return parsePhoneNumberFromString(completed, { extract: false });
  // A number that our own rules cannot complete, libphonenumber can at times: it knows every country's ways.
  return isSupportedCountry(homeCountry)
    ? parsePhoneNumberFromString(typed, { defaultCountry: homeCountry, extract: false })
    : undefined;
}

/** What libphonenumber cannot read at all: too long for E.164, or of a calling code that is not assigned. */
function refuseUnread(typed: string): NumberRefusal {
  const digits = typed.startsWith('+') ? typed.length - 1 : typed.length;
  return { kind: digits > 15 ? 'wrongLength' : 'unknownCallingCode', digits: typed };
}

function refusePlan(found: PhoneNumber, number: E164): NumberRefusal | undefined {
  const nanp = found.countryCallingCode === '1';
  const exchange = nanp ? number.slice(5, 8) : '';
  if (nanp && exchange === '555' && number.endsWith('1212')) {
    return { kind: 'serviceCode', digits: `${number.slice(2, 5)}-555-1212` };
  }
  // 976 exchanges are premium-rate in every area code, which libphonenumber does not know.
  if (exchange === '976') return { kind: 'premiumRate', number };
  const type = found.getType();
  // N11 is assigned as an exchange nowhere but in toll-free area codes.
  if (!found.isValid() || (isN11(exchange) && type !== 'TOLL_FREE')) {
    return { kind: 'notInNumberingPlan', number, callingCode: found.countryCallingCode };
  }
  if (type === 'PREMIUM_RATE') return { kind: 'premiumRate', number };
  // 070 in the United Kingdom; 500, 521–529, 533, … in North America: fraud's way around premium-rate.
  return type === 'PERSONAL_NUMBER' ? { kind: 'personalNumber', number } : undefined;
}

function refusePolicy(found: PhoneNumber, number: E164, policy: NumberPolicy): NumberRefusal | undefined {
  if (!countryAllowed(found, policy)) {
    const allowed = [policy.homeCountry, ...policy.allowedCountries];
    return { kind: 'countryNotAllowed', number, country: found.country, allowed };
  }
  for (const prefix of policy.blockedPrefixes) {
    if (prefix !== '' && number.startsWith(prefix)) return { kind: 'blockedPrefix', number, prefix };
  }
  return undefined;
}

function countryAllowed(found: PhoneNumber, policy: NumberPolicy): boolean {
  const { country } = found;
  if (
    country !== undefined &&
    (country === policy.homeCountry || policy.allowedCountries.includes(country))
  ) {
    return true;
  }
  // Toll-free area codes belong to all of North America; libphonenumber names one country for them.
  return (
    found.countryCallingCode === '1' && found.getType() === 'TOLL_FREE' && isNorthAmerican(policy.homeCountry)
  );
}
