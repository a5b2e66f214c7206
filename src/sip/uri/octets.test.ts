import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIGIT, LWS, TOKEN } from './characters.ts';
import {
  areAll,
  decimal,
  find,
  isAt,
  lowerWord,
  octetAt,
  skip,
  skipQuoted,
  spell,
  trimLws,
} from './octets.ts';

const latin1 = fc.array(fc.nat(255), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes));
/** Of few characters, so that what is looked for is there. */
const busy = fc.string({
  unit: fc.constantFrom('a', 'B', '7', ' ', '\t', '\r', '\n', '"', '\\', ';'),
  maxLength: 20,
});
const text = fc.oneof(latin1, busy);

/** The offset of the first character from `from` on that does not match, at most `end`. */
function firstOther(value: string, from: number, end: number, matches: RegExp): number {
  const other = [...value.slice(from, end)].findIndex((character) => !matches.test(character));
  return other === -1 ? end : from + other;
}

test('what is spelled is read octet by octet, and a NUL behind it', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      for (const spelled of [one, other, one]) {
        spell(spelled);
        const read = Array.from({ length: spelled.length }, (_, at) => octetAt(at));
        expect(read).toEqual([...Buffer.from(spelled, 'latin1')]);
        expect(octetAt(spelled.length)).toBe(0);
      }
    }),
  );
});

test('behind 65,536 characters there is nothing', () => {
  spell(`${'x'.repeat(65_535)}yz`);
  expect([65_534, 65_535, 65_536, 65_537].map(octetAt)).toEqual([0x78, 0x79, 0, 0]);
  expect(skip(0, 65_537, TOKEN)).toBe(65_536);
});

describe('as the text would be read', () => {
  const range = text.chain((value) =>
    fc.tuple(fc.constant(value), fc.nat(value.length), fc.nat(value.length)).map(([whole, a, b]) => ({
      whole,
      start: Math.min(a, b),
      end: Math.max(a, b),
    })),
  );

  test('skip, areAll and isAt', () => {
    fc.assert(
      fc.property(range, ({ whole, start, end }) => {
        spell(whole);
        for (const [bits, matches] of [
          [DIGIT, /[0-9]/],
          [LWS, /[ \t\r\n]/],
          [TOKEN, /[A-Za-z0-9\-.!%*_+`'~]/],
        ] as const) {
          const behind = firstOther(whole, start, end, matches);
          expect(skip(start, end, bits)).toBe(behind);
          expect(areAll(start, end, bits)).toBe(start < end && behind === end);
          expect(isAt(start, bits)).toBe(matches.test(whole.charAt(start)));
        }
        expect(trimLws(start, end)).toBe(start + whole.slice(start, end).replace(/[ \t\r\n]+$/, '').length);
      }),
    );
  });

  test('find and skipQuoted', () => {
    fc.assert(
      fc.property(range, fc.constantFrom('a', ';', '"'), ({ whole, start, end }, character) => {
        spell(whole);
        const at = whole.slice(start, end).indexOf(character);
        expect(find(start, end, character.charCodeAt(0))).toBe(at === -1 ? end : start + at);
        const quoted = /^.(?:[^"\\]|\\.)*?"/s.exec(whole.slice(start, end));
        expect(skipQuoted(start, end)).toBe(quoted === null ? -1 : start + quoted[0].length);
      }),
    );
  });

  test('decimal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(99_999).map(String), text), fc.nat(70_000), (value, max) => {
        spell(`;${value};`);
        const good = /^[0-9]+$/.test(value) && Number(value) <= max;
        expect(decimal(1, 1 + value.length, max)).toBe(good ? Number(value) : -1);
      }),
    );
  });

  test('lowerWord tells names apart, whatever their case, and nothing else from them', () => {
    spell('rport');
    const [rpor, port] = [lowerWord(0), lowerWord(1)];
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'rRpPoOtT\x12\x50_'), minLength: 5, maxLength: 5 }),
        (name) => {
          spell(name);
          expect(areAll(0, 5, TOKEN) && lowerWord(0) === rpor && lowerWord(1) === port).toBe(
            name.toLowerCase() === 'rport',
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
