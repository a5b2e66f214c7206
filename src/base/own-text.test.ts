import { expect, test } from 'vitest';
import { ownText, sameText } from './own-text.ts';

test('The text stays the same, however it was made', () => {
  const message = 'INVITE sip:+12125550100@192.0.2.1 SIP/2.0';
  expect(ownText(message.slice(7, 33))).toBe('sip:+12125550100@192.0.2.1');
  expect(ownText(`${message.slice(7, 33)}|${message.slice(0, 6)}`)).toBe('sip:+12125550100@192.0.2.1|INVITE');
  expect(ownText('')).toBe('');
  expect(ownText(' b')).toBe(' b');
});

test('texts are the same by what they say', () => {
  const message = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-4711-1-0';
  expect(sameText(message.slice(34), 'z9hG4bK-4711-1-0')).toBe(true);
  expect(sameText(message.slice(34), 'z9hG4bK-4711-1-1')).toBe(false);
  expect(sameText(message.slice(34), 'z9hG4bK-4711-1-01')).toBe(false);
  expect(sameText('', '')).toBe(true);
});
