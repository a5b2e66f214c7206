import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainRefusal } from './explain-refusal.ts';
import { checkFailoverNumber, type NumberPolicy } from './number-policy.ts';
import { parseE164 } from './phone-number.ts';

const US: NumberPolicy = { homeCountry: 'US', allowedCountries: [], blockedPrefixes: [] };

/** The number, or the kind of the refusal. */
function judged(text: string, policy: NumberPolicy = US, ownDids: readonly string[] = []): string {
  const result = checkFailoverNumber(text, policy, (number) => ownDids.includes(number));
  return result.ok ? result.value : result.error.kind;
}

function message(text: string, policy: NumberPolicy = US, ownDids: readonly string[] = []): string {
  const result = checkFailoverNumber(text, policy, (number) => ownDids.includes(number));
  return result.ok ? result.value : explainRefusal(result.error, policy.homeCountry);
}

describe('10 or 11 digits, or E.164, stored as E.164', () => {
  test.each([
    '2124567890',
    '12124567890',
    '+12124567890',
    '212-456-7890',
    '(212) 456-7890',
    '+1 (212) 456.7890',
    '212\u00a0456\u20117890',
    '  212 456 7890 ',
  ])('%j', (text) => {
    expect(judged(text)).toBe('+12124567890');
  });

  test('toll-free numbers are allowed, with an N11 exchange too', () => {
    expect(judged('800-555-1234')).toBe('+18005551234');
    expect(judged('800-411-4567')).toBe('+18004114567');
  });
});

describe('refused, and why', () => {
  test.each([
    ['', 'empty'],
    ['+', 'empty'],
    [' - ', 'empty'],
    ['1-800-FLOWERS', 'notANumber'],
    ['2124567890 x5', 'notANumber'],
    ['tel:+12124567890', 'notANumber'],
    ['2124567890;ext=1', 'notANumber'],
    ['1+2124567890', 'notANumber'],
    ['911', 'emergency'],
    ['9-1-1', 'emergency'],
    ['1911', 'emergency'],
    ['+1911', 'emergency'],
    ['112', 'emergency'],
    ['988', 'emergency'],
    ['211', 'serviceCode'],
    ['411', 'serviceCode'],
    ['1411', 'serviceCode'],
    ['212-555-1212', 'serviceCode'],
    ['12345', 'shortCode'],
    ['+44207', 'shortCode'],
    ['456-7890', 'areaCodeMissing'],
    ['45678901', 'wrongLength'],
    ['+1212456789', 'wrongLength'],
    ['212456789012345678', 'wrongLength'],
    ['9'.repeat(100_000), 'wrongLength'],
    ['+999123456789', 'unknownCallingCode'],
    ['911-234-5678', 'notInNumberingPlan'],
    ['212-000-1234', 'notInNumberingPlan'],
    ['212-911-1234', 'notInNumberingPlan'],
    ['121-200-0123', 'notInNumberingPlan'],
    ['+44 20 7946', 'notInNumberingPlan'],
    ['900-555-1234', 'premiumRate'],
    ['212-976-5555', 'premiumRate'],
    ['+33 899 123 456', 'premiumRate'],
    ['+44 70 1234 5678', 'personalNumber'],
    ...[500, 521, 522, 523, 524, 525, 526, 527, 528, 529, 533, 544, 566, 577, 588].map(
      (code): [string, string] => [`${code}-234-5678`, 'personalNumber'],
    ),
    ['+44 20 7946 0018', 'countryNotAllowed'],
    ['011 44 20 7946 0018', 'countryNotAllowed'],
    // The Bahamas: dialled like a domestic number, billed like an international one.
    ['242-365-1234', 'countryNotAllowed'],
    ['416-555-1234', 'countryNotAllowed'],
    ['+800 1234 5678', 'countryNotAllowed'],
  ])('%j: %s', (text, kind) => {
    expect(judged(text)).toBe(kind);
  });

  test('a DID of this service', () => {
    expect(judged('2124567890', US, ['+12124567890'])).toBe('ownDid');
    expect(judged('2124567891', US, ['+12124567890'])).toBe('+12124567891');
  });
});

describe("the operator's policy", () => {
  test('allows the home country and what is listed, nothing else', () => {
    const policy: NumberPolicy = { ...US, allowedCountries: ['GB'] };
    expect(judged('+442079460018', policy)).toBe('+442079460018');
    expect(judged('2124567890', policy)).toBe('+12124567890');
    expect(judged('+35312345678', policy)).toBe('countryNotAllowed');
  });

  test('blocks prefixes inside an allowed country', () => {
    const policy: NumberPolicy = { ...US, blockedPrefixes: ['', '+1907'] };
    expect(judged('907-555-1234', policy)).toBe('blockedPrefix');
    expect(judged('2124567890', policy)).toBe('+12124567890');
  });

  test('completes national numbers of another home country', () => {
    const policy: NumberPolicy = { homeCountry: 'GB', allowedCountries: [], blockedPrefixes: [] };
    expect(judged('020 7946 0018', policy)).toBe('+442079460018');
    expect(judged('999', policy)).toBe('emergency');
    expect(judged('+12124567890', policy)).toBe('countryNotAllowed');
  });

  test('counts North American toll-free numbers as home in all of North America', () => {
    const canada: NumberPolicy = { homeCountry: 'CA', allowedCountries: [], blockedPrefixes: [] };
    expect(judged('800-555-1234', canada)).toBe('+18005551234');
    expect(judged('212-456-7890', canada)).toBe('countryNotAllowed');
    expect(judged('+18005551234', { ...canada, homeCountry: 'GB' })).toBe('countryNotAllowed');
  });

  test('with a home country that does not exist, allows nothing', () => {
    const nowhere: NumberPolicy = { homeCountry: 'XX', allowedCountries: [], blockedPrefixes: [] };
    expect(judged('2124567890', nowhere)).not.toMatch(/^\+/);
    expect(judged('+12124567890', nowhere)).not.toMatch(/^\+/);
  });
});

describe('messages say what was wrong and what would be right', () => {
  test.each([
    [
      '911',
      '911 is an emergency number; calls must not be sent there. Give the number of a phone that you answer.',
    ],
    [
      '1-800-FLOWERS',
      '"F" is a letter. Write the digits instead, without an extension. Give 10 digits, 11 digits beginning with 1, or + and the country code, such as +1 212 456 7890.',
    ],
    ['456-7890', '4567890 has no area code. Put the three digits of the area code before it.'],
    [
      '212-000-1234',
      '212-000-1234 does not exist in North America: no such area code or exchange. Look for a mistyped digit.',
    ],
    [
      '+44 20 7946',
      '+44207946 does not exist in the numbering plan of country code 44. Look for a mistyped digit, or one too few or too many.',
    ],
    [
      '+442079460018',
      '+442079460018 belongs to another country: United Kingdom. Failover numbers are allowed in: United States. Give a number there, or ask your provider to allow more.',
    ],
  ])('%j', (text, expected) => {
    expect(message(text)).toBe(expected);
  });

  test('the loop is named', () => {
    expect(message('2124567890', US, ['+12124567890'])).toContain('a call would come straight back to us');
  });
});

test('whatever is typed, the result is E.164 or a refusal with a short message', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'+0123456789-.() /'), maxLength: 60 }),
    fc.stringMatching(/^\+?1?[2-9]\d{9}$/),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const result = checkFailoverNumber(text, US, () => false);
      if (result.ok) expect(parseE164(result.value)).toBe(result.value);
      else expect(explainRefusal(result.error, 'US')).toMatch(/^.{20,320}$/s);
    }),
  );
});
