import type { DidFormat } from './account.ts';
import { dialPlanOf } from './dial-plan.ts';
import type { E164 } from './phone-number.ts';

/**
 * A DID as the account's PBXs want to see it. Only numbers of calling code 1 have a ten-digit form: any other
 * number is written as its international digits without `+` under both digit formats, because national forms
 * differ from country to country and a PBX could not tell them apart.
 */
export function formatDid(number: E164, format: DidFormat): string {
  if (format === 'e164') return number;
  if (format === '10-digits' && number.charCodeAt(1) === 0x31 && number.length === 12) return number.slice(2);
  return number.slice(1);
}

/** As people of this country write it without the country code, where that is the North American form; else undefined. */
export function tenDigitsAt(homeCountry: string, number: E164): string | undefined {
  if (dialPlanOf(homeCountry)?.callingCode !== '1') return undefined;
  return number.startsWith('+1') && number.length === 12 ? number.slice(2) : undefined;
}
