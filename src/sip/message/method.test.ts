import { expect, test } from 'vitest';
import { spell } from '../uri/octets.ts';
import { methodAt } from './method.ts';

function read(text: string): string {
  spell(`<${text}>`);
  return methodAt(`<${text}>`, 1, 1 + text.length);
}

test.each([
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'REGISTER',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'NOTIFY',
  'SUBSCRIBE',
  'MESSAGE',
  'REFER',
  'PUBLISH',
])('%s is read, and what is nearly it is a method of its own (7.1)', (method) => {
  const others = [method.toLowerCase(), `${method}X`, method.slice(0, -1), `${method.slice(0, -1)}Q`];
  expect([method, ...others].map(read)).toEqual([method, ...others]);
});

test.each(['', 'IN VITE', 'INVIT\xc9', 'A:B', 'INVITE-AS-LONG-AS-YOU-LIKE,'])('%j is no token', (text) => {
  expect(read(text)).toBe('');
});
