import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AddressPolicy,
  addressAllowed,
  addressPolicy,
  explainAddress,
  formatAddressRange,
  parseAddressRange,
  pbxAddressAllowed,
} from './address-policy.ts';
import { parsePbxAddress } from './pbx-address.ts';

const STRICT = addressPolicy([], [{ address: '9.9.9.9', port: 5060 }]);

/** 'allowed', or the kind of the refusal, for port 5060. */
function judged(address: string, policy: AddressPolicy = STRICT): string {
  return judgedAt(address, 5060, policy);
}

function judgedAt(address: string, port: number | undefined, policy: AddressPolicy): string {
  const result = addressAllowed(address, port, policy);
  return result.ok ? 'allowed' : result.error.kind;
}

describe('public addresses are allowed', () => {
  test.each([
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1',
    '64:ff9b::808:808',
    '2002:808:808::1',
    '::ffff:8.8.8.8',
  ])('%s', (address) => {
    expect(judged(address)).toBe('allowed');
  });
});

describe('refused, and why', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['2002:7f00:1::', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['2002:c0a8:101::1', 'private'],
    ['169.254.1.1', 'linkLocal'],
    ['fe80::1', 'linkLocal'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.127.255.255', 'carrierGradeNat'],
    ['169.254.169.254', 'cloudMetadata'],
    ['::ffff:169.254.169.254', 'cloudMetadata'],
    ['64:ff9b::a9fe:a9fe', 'cloudMetadata'],
    ['fd00:ec2::254', 'cloudMetadata'],
    ['100.100.100.200', 'cloudMetadata'],
    ['168.63.129.16', 'cloudMetadata'],
    ['192.0.2.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['192.0.0.8', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['64:ff9b:1::a00:1', 'reserved'],
    ['::ffff:0:10.0.0.1', 'reserved'],
    ['fec0::1', 'reserved'],
    ['100::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['9.9.9.9', 'own'],
    ['::ffff:9.9.9.9', 'own'],
    ['64:ff9b::909:909', 'own'],
    ['localhost', 'notAnAddress'],
    ['', 'notAnAddress'],
    ['127.1', 'notAnAddress'],
    ['0x7f000001', 'notAnAddress'],
    ['010.0.0.1', 'notAnAddress'],
    ['fe80::1%eth0', 'notAnAddress'],
  ])('%s: %s', (address, kind) => {
    expect(judged(address)).toBe(kind);
  });
});

describe('an allowed range', () => {
  const policy = addressPolicy(
    ['127.0.0.0/8', 'fd00::/8', '192.168.7.7', 'nonsense'],
    [{ address: '127.0.0.1', port: 5060 }],
  );

  test('opens what lies in it and nothing beside it', () => {
    expect(judged('127.0.0.2', policy)).toBe('allowed');
    expect(judged('fd12::1', policy)).toBe('allowed');
    expect(judged('192.168.7.7', policy)).toBe('allowed');
    expect(judged('192.168.7.8', policy)).toBe('private');
    expect(judged('10.0.0.1', policy)).toBe('private');
  });

  test('is met by IPv4 that is written as IPv6', () => {
    expect(judged('::ffff:127.0.0.2', policy)).toBe('allowed');
    expect(judged('64:ff9b::7f00:2', policy)).toBe('allowed');
  });

  test('opens another port at the address of a trunk server, but never its own', () => {
    expect(judgedAt('127.0.0.1', 5080, policy)).toBe('allowed');
    expect(judgedAt('127.0.0.1', undefined, policy)).toBe('allowed');
    expect(judgedAt('127.0.0.1', 5060, policy)).toBe('own');
    expect(judgedAt('::ffff:127.0.0.1', 5060, policy)).toBe('own');
  });
});

test('without an allowed range an own address is refused with any port', () => {
  expect(judgedAt('9.9.9.9', 5080, STRICT)).toBe('own');
  expect(judgedAt('9.9.9.9', undefined, STRICT)).toBe('own');
});

test('an own IPv6 address is known however it is written', () => {
  const policy = addressPolicy([], [{ address: '2606:4700:0:0::1', port: 5060 }]);
  expect(judged('2606:4700::1', policy)).toBe('own');
});

test.each([
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['fd00::/8', true],
  ['::1', true],
  ['10.0.0.0/33', false],
  ['10.0/8', false],
  ['fd00::/129', false],
  ['pbx.example.com', false],
  ['', false],
])('the range %j can be read: %s', (text, readable) => {
  expect(parseAddressRange(text) !== undefined).toBe(readable);
});

describe('an address that is saved', () => {
  function saved(text: string, policy: AddressPolicy): string {
    const address = parsePbxAddress(text);
    if (!address.ok) throw new Error(text);
    const result = pbxAddressAllowed(address.value, policy);
    return result.ok ? 'allowed' : result.error.kind;
  }

  test('is judged with the port that it will have', () => {
    const policy = addressPolicy(['127.0.0.0/8'], [{ address: '127.0.0.1', port: 5060 }]);
    expect(saved('127.0.0.1', policy)).toBe('own');
    expect(saved('127.0.0.1;transport=tls', policy)).toBe('allowed');
    expect(saved('127.0.0.1:5080', policy)).toBe('allowed');
    expect(saved('[fd00::1]', policy)).toBe('private');
  });

  test('as a name passes, for it is judged when it is resolved', () => {
    expect(saved('pbx.example.com', STRICT)).toBe('allowed');
  });
});

test('the message names the address and what would be right', () => {
  const result = addressAllowed('::ffff:10.1.2.3', 5060, STRICT);
  expect(result.ok ? '' : explainAddress(result.error)).toBe(
    '10.1.2.3 is a private address that cannot be reached from here. Give the public address of your PBX, or ask your provider to allow this range.',
  );
});

test('no text makes it throw, and no IPv4 form gets past that IPv4 alone would not', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (text, ipv4) => {
      judged(text);
      expect(judged(`::ffff:${ipv4}`)).toBe(judged(ipv4));
      expect(judged(`64:ff9b::${ipv4}`)).toBe(judged(ipv4));
    }),
  );
});

describe('A gateway is no backup: it would send the call straight back', () => {
  const policy = addressPolicy(['198.51.100.0/24'], [], [{ address: '198.51.100.7', port: 5060 }]);

  test('its very address is refused, even where the range is allowed', () => {
    expect(addressAllowed('198.51.100.7', 5060, policy)).toMatchObject({ error: { kind: 'gateway' } });
    expect(addressAllowed('::ffff:198.51.100.7', 5060, policy)).toMatchObject({ error: { kind: 'gateway' } });
  });

  test('another port of the same machine may be a PBX', () => {
    expect(addressAllowed('198.51.100.7', 5080, policy).ok).toBe(true);
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7/32', '192.0.2.7'],
  ['192.0.2.7/24', '192.0.2.0/24'],
  ['192.0.2.135/25', '192.0.2.128/25'],
  ['10.1.2.3/12', '10.0.0.0/12'],
  ['1.2.3.4/0', '0.0.0.0/0'],
  ['2001:DB8::7', '2001:db8::7'],
  ['2001:db8:0:ffff::1/49', '2001:db8:0:8000::/49'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
])('the range %s is written as %s', (text, written) => {
  const range = parseAddressRange(text);
  expect(range && formatAddressRange(range)).toBe(written);
});
