import { describe, expect, test } from 'vitest';
import type { Flow } from '../../base/flow.ts';
import { targetOf } from './nat.ts';
import { flow, type Special, TestRegistrar } from './test-register.ts';

const PUBLIC = flow('192.0.2.10', 5060);

function target(special: Special) {
  const registrar = new TestRegistrar();
  registrar.register(special);
  const [binding] = registrar.bindings();
  return binding === undefined ? undefined : { ...targetOf(binding), behindNat: binding.behindNat };
}

describe('decision 007: where a registered PBX is called', () => {
  test('no NAT: at the port that its Contact names', () => {
    expect(target({ contacts: ['<sip:s@192.0.2.10:5080>'], sentBy: '192.0.2.10', source: PUBLIC })).toEqual({
      address: '192.0.2.10',
      port: 5080,
      isFlow: false,
      behindNat: false,
    });
  });

  test('no NAT, a Contact without a port: 5060, which may be the flow', () => {
    const source = flow('192.0.2.10', 5062);
    expect(target({ contacts: ['<sip:s@192.0.2.10>'], sentBy: '192.0.2.10:5062', source })).toMatchObject({
      port: 5060,
      isFlow: false,
    });
    expect(target({ contacts: ['<sip:s@192.0.2.10>'], source: PUBLIC })).toMatchObject({
      port: 5060,
      isFlow: true,
    });
  });

  test('IPv6 addresses are compared as addresses', () => {
    const source = flow('2001:db8::10', 5060);
    const special = {
      contacts: ['<sip:s@[2001:DB8:0:0::10]:5070>'],
      sentBy: '[2001:db8:0::10]:5060',
      source,
    };
    expect(target(special)).toEqual({ address: '2001:db8::10', port: 5070, isFlow: false, behindNat: false });
  });

  test.each<[string, Special]>([
    ['sent-by is a private address', { sentBy: '10.0.0.5:5060', contacts: ['<sip:s@10.0.0.5:5080>'] }],
    [
      'sent-by is private, the Contact public',
      { sentBy: '10.0.0.5:5060', contacts: ['<sip:s@192.0.2.10:5080>'] },
    ],
    ['the port was changed on the way', { sentBy: '192.0.2.10:5070', contacts: ['<sip:s@192.0.2.10:5080>'] }],
    ['sent-by is a name', { sentBy: 'pbx.example.com', contacts: ['<sip:s@192.0.2.10:5080>'] }],
    ['the Contact is somewhere else', { contacts: ['<sip:s@203.0.113.5:5080>'] }],
    ['the Contact is a name', { contacts: ['<sip:s@pbx.example.com:5080>'] }],
    ['the Contact asks for another transport', { contacts: ['<sip:s@192.0.2.10:5080;transport=tcp>'] }],
    [
      'there is a Path',
      { contacts: ['<sip:s@192.0.2.10:5080>'], headers: ['Supported: path', 'Path: <sip:p.example;lr>'] },
    ],
  ])('along the flow when %s', (_case, special) => {
    expect(target({ source: PUBLIC, ...special })).toEqual({
      address: '192.0.2.10',
      port: 5060,
      isFlow: true,
      behindNat: true,
    });
  });

  test('the transport that the REGISTER came by may be named', () => {
    const contacts = ['<sip:s@192.0.2.10:5080;transport=UDP>'];
    expect(target({ contacts, source: PUBLIC })?.port).toBe(5080);
  });

  test('over TCP always along the connection', () => {
    const source: Flow = { transport: 'TCP', address: '192.0.2.10', port: 41_000 };
    expect(target({ contacts: ['<sip:s@192.0.2.10:5060>'], source })).toMatchObject({
      port: 41_000,
      isFlow: true,
    });
  });
});
