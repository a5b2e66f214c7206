import { assertNever } from '../base/assert-never.ts';
import { dialPlanOf } from './dial-plan.ts';
import type { NumberRefusal } from './number-policy.ts';
import type { E164 } from './phone-number.ts';

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/**
 * What was wrong with a failover number and what would be right, in plain words. `homeCountry`: whose national
 * form is asked for.
 */
export function explainRefusal(refusal: NumberRefusal, homeCountry: string): string {
  switch (refusal.kind) {
    case 'empty':
      return `There is no number. ${whatWouldBeRight(homeCountry)}`;
    case 'notANumber':
      return isLetter(refusal.found)
        ? `"${refusal.found}" is a letter. Write the digits instead, without an extension. ${whatWouldBeRight(homeCountry)}`
        : `"${refusal.found}" cannot stand in a phone number. ${whatWouldBeRight(homeCountry)}`;
    case 'emergency':
      return `${refusal.digits} is an emergency number; calls must not be sent there. Give the number of a phone that you answer.`;
    case 'serviceCode':
      return `${refusal.digits} is a service code of the phone network. Give the number of a phone that you answer.`;
    case 'shortCode':
      return `${refusal.digits} is a short code, not a whole phone number. ${whatWouldBeRight(homeCountry)}`;
    case 'areaCodeMissing':
      return `${refusal.digits} has no area code. Put the three digits of the area code before it.`;
    case 'wrongLength':
      return `${digitCount(refusal.digits)} digits do not make a phone number. ${whatWouldBeRight(homeCountry)}`;
    case 'unknownCallingCode':
      return `${refusal.digits} begins with a country code that does not exist. ${whatWouldBeRight(homeCountry)}`;
    case 'notInNumberingPlan':
      return notInNumberingPlan(refusal.number, refusal.callingCode);
    case 'premiumRate':
      return `${refusal.number} is a premium-rate number; every call there costs extra, so it is refused. Give an ordinary number.`;
    case 'personalNumber':
      return `${refusal.number} is a personal number, for which the holder sets what a call costs, so it is refused. Give an ordinary number.`;
    case 'countryNotAllowed':
      return `${refusal.number} ${owner(refusal.country)}. Failover numbers are allowed in: ${refusal.allowed.map(countryName).join(', ')}. Give a number there, or ask your provider to allow more.`;
    case 'blockedPrefix':
      return `Numbers that begin with ${refusal.prefix} are not allowed as failover numbers, so ${refusal.number} is refused. Give another number, or ask your provider to allow these.`;
    case 'ownDid':
      return `${refusal.number} is hosted by this service, so a call would come straight back to us. Give a number that reaches a phone in another way, such as a mobile phone.`;
    default:
      return assertNever(refusal);
  }
}

function whatWouldBeRight(homeCountry: string): string {
  return dialPlanOf(homeCountry)?.callingCode === '1'
    ? 'Give 10 digits, 11 digits beginning with 1, or + and the country code, such as +1 212 456 7890.'
    : `Give a number of ${countryName(homeCountry)} as it is dialled there, or + and the country code and number.`;
}

function isLetter(character: string): boolean {
  return character.toLowerCase() !== character.toUpperCase();
}

function notInNumberingPlan(number: E164, callingCode: string): string {
  if (callingCode === '1') {
    const shown = `${number.slice(2, 5)}-${number.slice(5, 8)}-${number.slice(8)}`;
    return `${shown} does not exist in North America: no such area code or exchange. Look for a mistyped digit.`;
  }
  return `${number} does not exist in the numbering plan of country code ${callingCode}. Look for a mistyped digit, or one too few or too many.`;
}

function digitCount(typed: string): string {
  const count = typed.startsWith('+') ? typed.length - 1 : typed.length;
  return count > 30 ? 'So many' : String(count);
}

function owner(country: string | undefined): string {
  return country === undefined
    ? 'belongs to no country'
    : `belongs to another country: ${countryName(country)}`;
}

/** The English name; the text itself where it is no country. */
function countryName(country: string): string {
  return dialPlanOf(country) === undefined ? country : (COUNTRY_NAMES.of(country) ?? country);
}
