import { expect, test } from 'vitest';
import { addressPolicy } from '../domain/address-policy.ts';
import { type PbxAddress, parsePbxAddress } from '../domain/pbx-address.ts';
import { LiteralPlaces } from './literal-places.ts';

function address(text: string): PbxAddress {
  const parsed = parsePbxAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

const OPEN = addressPolicy([], []);
const PBX = address('198.51.100.1:5070');
const FOUND = { address: '198.51.100.1', port: 5070, authority: '198.51.100.1:5070' };

test('A place is found out once, also where the address may not be called', () => {
  const asked: PbxAddress[] = [];
  const refused = address('198.51.100.2');
  const places = new LiteralPlaces((one) => {
    asked.push(one);
    return one === PBX ? FOUND : undefined;
  });
  for (let i = 0; i < 3; i += 1) {
    expect(places.of(PBX, OPEN)).toBe(FOUND);
    expect(places.of(refused, OPEN)).toBeUndefined();
  }
  expect(asked).toEqual([PBX, refused]);
});

test('Another policy has nothing of the one before it', () => {
  const closed = addressPolicy([], [{ address: '198.51.100.1', port: 5070 }]);
  const places = new LiteralPlaces((_one, policy) => (policy === closed ? undefined : FOUND));
  expect(places.of(PBX, OPEN)).toBe(FOUND);
  expect(places.of(PBX, closed)).toBeUndefined();
  expect(places.of(PBX, OPEN)).toBe(FOUND);
});

test('A name has no place: DNS may say another thing each time', () => {
  const places = new LiteralPlaces(() => FOUND);
  expect(places.of(address('pbx.example.com'), OPEN)).toBeUndefined();
});

test('Addresses that nobody asks for any more are let go', () => {
  let asked = 0;
  const places = new LiteralPlaces(() => {
    asked += 1;
    return FOUND;
  });
  places.of(PBX, OPEN);
  for (let i = 0; i < 10_000; i += 1) places.of(address('198.51.100.1'), OPEN);
  places.of(PBX, OPEN);
  expect(asked).toBe(10_002);
});
