import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DialPlan, dialPlanOf } from './dial-plan.ts';
import { normaliseDialled, parseE164 } from './phone-number.ts';

function plan(country: string): DialPlan {
  const found = dialPlanOf(country);
  if (found === undefined) throw new Error(`no dial plan of ${country}`);
  return found;
}

describe('parseE164', () => {
  test.each(['+1212456', '+12124567890', '+442079460018', '+123456789012345'])('takes %s', (text) => {
    expect(parseE164(text)).toBe(text);
  });

  test.each([
    '',
    '+',
    '12124567890',
    '+123456',
    '+1234567890123456',
    '+02124567890',
    '+1 2124567890',
    '+1212456789a',
    '++2124567890',
    '+12124567890\n',
    '+１２１２４５６７８９０',
  ])('refuses %j', (text) => {
    expect(parseE164(text)).toBeUndefined();
  });
});

describe('a number that was dialled in North America', () => {
  test.each([
    ['10 digits', '2124567890', '+12124567890'],
    ['11 digits that begin with 1', '12124567890', '+12124567890'],
    ['E.164', '+12124567890', '+12124567890'],
    ['separators', '(212) 456-7890', '+12124567890'],
    ['dots', '212.456.7890', '+12124567890'],
    ['a separator before +', '(+1) 212 456 7890', '+12124567890'],
    ['the prefix 011', '011442079460018', '+442079460018'],
    ['the prefix 00', '00442079460018', '+442079460018'],
    ['the prefix 011 before 1', '01112124567890', '+12124567890'],
    ['E.164 of another country without +', '442079460018', '+442079460018'],
    ['E.164 of another country in 11 digits without +', '33123456789', '+33123456789'],
    ['parameters behind the number (RFC 4694)', '+12124567890;npdi;rn=+12125550100', '+12124567890'],
    ['parameters behind ten digits', '2124567890;phone-context=+1', '+12124567890'],
  ])('%s: %s', (_, user, number) => {
    expect(normaliseDialled(user, plan('US'))).toBe(number);
  });

  test.each([
    ['nothing', ''],
    ['only a +', '+'],
    ['only separators', ' -.() '],
    ['only parameters', ';npdi'],
    ['7 digits', '4567890'],
    ['9 digits', '212456789'],
    ['an area code that begins with 1', '1124567890'],
    ['an exchange that begins with 0', '2120567890'],
    ['+1 and 9 digits', '+1212456789'],
    ['+1 and 11 digits', '+121245678901'],
    ['16 digits', '+1234567890123456'],
    ['a + inside', '1+2124567890'],
    ['two +', '++12124567890'],
    ['a letter', '212456789O'],
    ['a percent escape', '%2B12124567890'],
    ['a name', 'alice'],
    ['an emergency number', '911'],
    ['a NUL', '2124567890\0'],
    ['a line end', '2124567890\r\n'],
    ['separators without end', `2124567890${' '.repeat(100_000)}`],
  ])('is none: %s', (_, user) => {
    expect(normaliseDialled(user, plan('US'))).toBeUndefined();
  });
});

describe('a number that was dialled elsewhere', () => {
  test.each([
    ['GB', '02079460018', '+442079460018'],
    ['GB', '442079460018', '+442079460018'],
    ['GB', '2079460018', '+442079460018'],
    ['GB', '+1 212 456 7890', '+12124567890'],
    ['GB', '0012124567890', '+12124567890'],
    // Leeds: 011 is no international prefix here.
    ['GB', '01132469999', '+441132469999'],
    ['DK', '45123456', '+4545123456'],
    ['DK', '4545123456', '+4545123456'],
    // Italy keeps the 0.
    ['IT', '0612345678', '+390612345678'],
    ['IT', '3912345678', '+393912345678'],
    ['IT', '393912345678', '+393912345678'],
    ['HU', '06201234567', '+36201234567'],
    ['RU', '89123456789', '+79123456789'],
  ])('%s: %s is %s', (country, user, number) => {
    expect(normaliseDialled(user, plan(country))).toBe(number);
  });
});

test('whatever is dialled, the result is E.164 or nothing, and E.164 stays as it is', () => {
  const countries = fc.constantFrom('US', 'GB', 'DK', 'IT', 'RU', 'MH');
  const dialled = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'+0123456789-.() ;'), maxLength: 24 }),
  );
  fc.assert(
    fc.property(dialled, countries, (user, country) => {
      const number = normaliseDialled(user, plan(country));
      if (number === undefined) return;
      expect(parseE164(number)).toBe(number);
      expect(normaliseDialled(number, plan(country))).toBe(number);
    }),
  );
});
