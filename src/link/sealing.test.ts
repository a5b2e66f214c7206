import { expect, test } from 'vitest';
import { OTHER_SEALING_KEY, SEALING_KEY, SEALING_TEXT } from '../../test/support/sealing-key.ts';
import { err, ok } from '../base/result.ts';
import { keyIdOf, SealingKey } from './sealing.ts';

test('a sealed text is read again with the same key, as the same thing alone', () => {
  const sealed = SEALING_KEY.seal('Größe 🦊', 'the HA1 of tg_1');
  const bytes = Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64url');
  expect(bytes.length).toBeGreaterThan('Größe 🦊'.length);
  expect(bytes.includes('Größe')).toBe(false);
  expect(SealingKey.parse(SEALING_TEXT.toUpperCase())?.unseal(sealed, 'the HA1 of tg_1')).toEqual(
    ok('Größe 🦊'),
  );
  expect(SEALING_KEY.unseal(sealed, 'the HA1 of tg_2')).toEqual(err({ kind: 'damaged' }));
  expect(SEALING_KEY.unseal(SEALING_KEY.seal('', 'nothing'), 'nothing')).toEqual(ok(''));
});

test('the same text looks different each time', () => {
  expect(SEALING_KEY.seal('a', 'x')).not.toBe(SEALING_KEY.seal('a', 'x'));
});

test('another key is told by its id, which the text names', () => {
  const sealed = OTHER_SEALING_KEY.seal('a', 'x');
  expect(keyIdOf(sealed)).toBe(OTHER_SEALING_KEY.id);
  expect(SEALING_KEY.unseal(sealed, 'x')).toEqual(err({ kind: 'otherKey', keyId: OTHER_SEALING_KEY.id }));
});

test('what was changed or never sealed is not read', () => {
  const sealed = SEALING_KEY.seal('abcdef', 'x');
  const at = sealed.length - 3;
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  expect(SEALING_KEY.unseal(changed, 'x')).toEqual(err({ kind: 'damaged' }));
  expect(SEALING_KEY.unseal(sealed.slice(0, 30), 'x')).toEqual(err({ kind: 'damaged' }));
  expect(SEALING_KEY.unseal('5f4dcc3b5aa765d61d8327deb882cf99', 'x')).toEqual(err({ kind: 'notSealed' }));
});

test('a key is 64 hexadecimal digits', () => {
  expect(SealingKey.parse(SealingKey.newText())?.id).toMatch(/^[0-9a-f]{8}$/);
  expect(SealingKey.parse(SEALING_TEXT.slice(1))).toBeUndefined();
  expect(SealingKey.parse(`${SEALING_TEXT.slice(1)}g`)).toBeUndefined();
});
