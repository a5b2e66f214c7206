import { expect, test } from 'vitest';
import { onePiece, ownText } from './own-text.ts';

test('The text stays the same, however it was made', () => {
  const message = 'INVITE sip:+12125550100@192.0.2.1 SIP/2.0';
  expect(ownText(message.slice(7, 33))).toBe('sip:+12125550100@192.0.2.1');
  expect(ownText(`${message.slice(7, 33)}|${message.slice(0, 6)}`)).toBe('sip:+12125550100@192.0.2.1|INVITE');
  expect(onePiece(`${message.slice(7, 33)}|${message.slice(0, 6)}`)).toBe(
    'sip:+12125550100@192.0.2.1|INVITE',
  );
  expect([onePiece(''), onePiece('\0a')]).toEqual(['', '\0a']);
  expect(ownText('')).toBe('');
  expect(ownText(' b')).toBe(' b');
});
