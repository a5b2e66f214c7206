import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { dialPlanOf } from './dial-plan.ts';

test('every country that libphonenumber knows has a dial plan with its calling code', () => {
  const countries = getCountries();
  expect(countries.length).toBeGreaterThan(200);
  const ours = countries.map((country) => `${country} ${dialPlanOf(country)?.callingCode}`);
  expect(ours).toEqual(countries.map((country) => `${country} ${getCountryCallingCode(country)}`));
});

test('a text that is no country has none', () => {
  for (const text of ['', 'us', 'XX', 'constructor', 'US CA']) expect(dialPlanOf(text)).toBeUndefined();
});

test('a national prefix, or else the length of a national number, is known', () => {
  expect(dialPlanOf('GB')).toEqual({ callingCode: '44', nationalPrefix: '0', nationalLength: 0 });
  expect(dialPlanOf('DK')).toEqual({ callingCode: '45', nationalPrefix: '', nationalLength: 8 });
  expect(dialPlanOf('HU')).toEqual({ callingCode: '36', nationalPrefix: '06', nationalLength: 0 });
});
