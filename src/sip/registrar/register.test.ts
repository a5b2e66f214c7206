import { describe, expect, test } from 'vitest';
import { AOR, flow, NOW, type Special, TestRegistrar, valuesOf } from './test-register.ts';

const A = '<sip:a@192.0.2.10:5060>';
const B = '<sip:b@192.0.2.11:5060>';

describe('§10.2.1 and §10.3 step 7: bindings are added', () => {
  test('a Contact becomes a binding with all that is known of it', () => {
    const registrar = new TestRegistrar();
    const { changed } = registrar.register({
      contacts: ['<sip:s@192.0.2.10:5060;line=abc>;q=0.7;expires=600'],
      headers: ['User-Agent: Asterisk PBX 22'],
      callId: 'x@pbx',
      cseq: 7,
    });
    const [binding] = registrar.bindings();
    expect(binding).toMatchObject({
      contact: 'sip:s@192.0.2.10:5060;line=abc',
      q: 700,
      registeredAt: NOW,
      expiresAt: NOW + 600_000,
      callId: 'x@pbx',
      cseq: 7,
      userAgent: 'Asterisk PBX 22',
      source: flow('192.0.2.10', 5060),
      behindNat: false,
      path: [],
    });
    expect(changed).toEqual({ bound: [binding], unbound: [] });
  });

  test('§10.3 step 8: the 200 lists all current bindings, each with what is left of its time', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};expires=600;q=0.5`] });
    const outcome = registrar.register({ contacts: [`${B};expires=300`], at: NOW + 100_500 });
    expect(outcome.status).toBe(200);
    expect(valuesOf(outcome, 'Contact')).toEqual([
      '<sip:b@192.0.2.11:5060>;expires=300',
      '<sip:a@192.0.2.10:5060>;q=0.500;expires=500',
    ]);
    expect(valuesOf(outcome, 'Date')).toEqual(['Tue, 14 Nov 2023 22:15:00 GMT']);
    expect(valuesOf(outcome, 'Supported')).toEqual(['path']);
  });

  test('§10.2.3: without Contact nothing changes and the bindings are listed', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A] });
    const outcome = registrar.register({ headers: ['Expires: 0'] });
    expect(outcome.status).toBe(200);
    expect(valuesOf(outcome, 'Contact')).toEqual(['<sip:a@192.0.2.10:5060>;expires=1800']);
    expect(outcome.changed).toEqual({ bound: [], unbound: [] });
    expect(valuesOf(new TestRegistrar().register({}), 'Contact')).toEqual([]);
  });

  test('§10.2.1.2: calls try higher q first, then the one registered last', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};q=0.5`] });
    registrar.register({ contacts: ['<sip:c@192.0.2.12>;q=0.5'], at: NOW + 1 });
    registrar.register({ contacts: [`${B};q=0.9`], at: NOW + 2 });
    expect(registrar.contacts()).toEqual([
      'sip:b@192.0.2.11:5060',
      'sip:c@192.0.2.12',
      'sip:a@192.0.2.10:5060',
    ]);
  });

  test('several Contacts of one REGISTER keep their order', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${B}, ${A}`, '<sip:c@192.0.2.12>'] });
    expect(registrar.contacts()).toEqual([
      'sip:b@192.0.2.11:5060',
      'sip:a@192.0.2.10:5060',
      'sip:c@192.0.2.12',
    ]);
  });

  test('the same URI twice in one REGISTER makes one binding: the last one counts', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};expires=100`, '<sip:a@192.0.2.10:5060;x=y>;expires=200'] });
    expect(registrar.bindings().map(({ contact, expiresAt }) => [contact, expiresAt - NOW])).toEqual([
      ['sip:a@192.0.2.10:5060;x=y', 200_000],
    ]);
  });
});

describe('§10.2.1.1 and §10.3 step 7: how long', () => {
  test.each<[string, Special, number]>([
    [
      'the expires parameter goes before Expires',
      { contacts: [`${A};expires=70`], headers: ['Expires: 600'] },
      70,
    ],
    ['Expires where there is no parameter', { contacts: [A], headers: ['Expires: 600'] }, 600],
    ['our default where there is neither', { contacts: [A] }, 1800],
    ['our default where Expires is malformed', { contacts: [A], headers: ['Expires: soon'] }, 1800],
    ['at most our maximum', { contacts: [`${A};expires=86400`] }, 3600],
    [
      'at most our maximum, past what fits 32 bits',
      { contacts: [`${A};expires=99999999999999999999`] },
      3600,
    ],
    ['our minimum', { contacts: [`${A};expires=60`] }, 60],
  ])('%s', (_case, special, seconds) => {
    const registrar = new TestRegistrar();
    expect(registrar.register(special).status).toBe(200);
    expect(registrar.bindings()[0]?.expiresAt).toBe(NOW + seconds * 1000);
  });

  test.each(['1', '59'])(
    'less than our minimum (%s): 423 with Min-Expires, and nothing is bound',
    (seconds) => {
      const registrar = new TestRegistrar();
      const outcome = registrar.register({ contacts: [B, `${A};expires=${seconds}`] });
      expect(outcome.status).toBe(423);
      expect(outcome.headers).toBe('Min-Expires: 60\r\n');
      expect(registrar.contacts()).toEqual([]);
    },
  );

  test('an expired binding is never listed nor called', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};expires=60`, `${B};expires=120`] });
    expect(registrar.contacts(NOW + 59_999).length).toBe(2);
    expect(registrar.contacts(NOW + 60_000)).toEqual(['sip:b@192.0.2.11:5060']);
    expect(valuesOf(registrar.register({ at: NOW + 60_000 }), 'Contact').length).toBe(1);
  });

  test('a binding that expired unnoticed is reported by the REGISTER that comes upon it', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};expires=60`] });
    const { changed } = registrar.register({ contacts: [B], at: NOW + 60_000 });
    expect(changed.unbound.map(({ contact }) => contact)).toEqual(['sip:a@192.0.2.10:5060']);
    expect(registrar.locationService.size).toBe(1);
  });
});

describe('§10.2.2 and §10.3 step 6: bindings are removed', () => {
  test('expires=0 removes that binding and no other', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A, B] });
    const { status, changed } = registrar.register({ contacts: [`${A};expires=0`] });
    expect(status).toBe(200);
    expect(changed.bound).toEqual([]);
    expect(changed.unbound.map(({ contact }) => contact)).toEqual(['sip:a@192.0.2.10:5060']);
    expect(registrar.contacts()).toEqual(['sip:b@192.0.2.11:5060']);
  });

  test('removing what is not there succeeds', () => {
    expect(new TestRegistrar().register({ contacts: [`${A};expires=0`] }).status).toBe(200);
  });

  test('Contact: * with Expires: 0 removes all, also those of other Call-IDs', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A], callId: 'one' });
    registrar.register({ contacts: [B], callId: 'two' });
    const outcome = registrar.register({ contacts: ['*'], headers: ['Expires: 0'] });
    expect(outcome.status).toBe(200);
    expect(outcome.changed.unbound.length).toBe(2);
    expect(valuesOf(outcome, 'Contact')).toEqual([]);
    expect(registrar.contacts()).toEqual([]);
  });

  test.each<[string, Special]>([
    ['without Expires', { contacts: ['*'] }],
    ['with another Expires', { contacts: ['*'], headers: ['Expires: 60'] }],
    ['beside another Contact', { contacts: ['*', B], headers: ['Expires: 0'] }],
    ['with parameters', { contacts: ['*;expires=0'], headers: ['Expires: 0'] }],
  ])('Contact: * %s is a 400 and removes nothing', (_case, special) => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A] });
    expect(registrar.register(special).status).toBe(400);
    expect(registrar.contacts()).toEqual(['sip:a@192.0.2.10:5060']);
  });
});

describe('§10.3 step 7: what came late changes nothing', () => {
  test.each([
    ['lower', 4],
    ['equal', 5],
  ])('a %s CSeq with the same Call-ID is refused', (_case, cseq) => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};expires=600`], cseq: 5 });
    const before = registrar.bindings();
    const outcome = registrar.register({ contacts: [B, `${A};expires=0`], cseq, at: NOW + 1000 });
    expect(outcome.status).toBe(500);
    expect(outcome.changed).toEqual({ bound: [], unbound: [] });
    expect(registrar.bindings()).toBe(before);
  });

  test('Contact: * that came late removes nothing', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A], cseq: 5 });
    expect(registrar.register({ contacts: ['*'], headers: ['Expires: 0'], cseq: 4 }).status).toBe(500);
    expect(registrar.contacts().length).toBe(1);
  });

  test('a lower CSeq with another Call-ID counts: the PBX has restarted', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A], cseq: 500, callId: 'before' });
    expect(registrar.register({ contacts: [A], cseq: 1, callId: 'after' }).status).toBe(200);
    expect(registrar.bindings()).toMatchObject([{ callId: 'after', cseq: 1 }]);
  });

  test('a late REGISTER for another Contact does not concern this one', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A], cseq: 5 });
    expect(registrar.register({ contacts: [B], cseq: 4 }).status).toBe(200);
    expect(registrar.contacts().length).toBe(2);
  });

  test('a refresh takes the place of the binding and is reported as bound', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A] });
    const { changed } = registrar.register({ contacts: [A], at: NOW + 900_000 });
    expect(changed.bound).toMatchObject([{ registeredAt: NOW + 900_000, expiresAt: NOW + 2_700_000 }]);
    expect(changed.unbound).toEqual([]);
    expect(registrar.locationService.size).toBe(1);
  });
});

describe('Contacts that are refused leave everything as it was', () => {
  test.each<[string, string, number, string]>([
    ['sips', '<sips:a@192.0.2.10>', 400, 'Contact Is Not a sip URI'],
    ['tel', '<tel:+12125550123>', 400, 'Contact Is Not a sip URI'],
    ['mailto', '<mailto:pbx@example.com>', 400, 'Contact Is Not a sip URI'],
    ['no host', '<sip:a@>', 400, 'Malformed Contact'],
    ['no URI', '<>', 400, 'Malformed Contact'],
    ['an open bracket', '<sip:a@192.0.2.10', 400, 'Malformed Contact'],
    ['port 0', '<sip:a@192.0.2.10:0>', 400, 'Malformed Contact'],
    ['header parameters', '<sip:a@192.0.2.10?Replaces=x>', 400, 'Contact Cannot Be a Request-URI'],
    ['a method', '<sip:a@192.0.2.10;method=BYE>', 400, 'Contact Cannot Be a Request-URI'],
    ['our own address', '<sip:a@198.51.100.1>', 403, 'Contact Is an Address of This Service'],
    ['too long', `<sip:a@192.0.2.10;x=${'y'.repeat(1024)}>`, 400, 'Contact Too Long'],
  ])('%s', (_case, contact, status, reason) => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A] });
    const before = registrar.bindings();
    const outcome = registrar.register({ contacts: [B, contact] });
    expect([outcome.status, outcome.reason]).toEqual([status, reason]);
    expect(outcome.changed).toEqual({ bound: [], unbound: [] });
    expect(registrar.bindings()).toBe(before);
  });
});

describe('extensions', () => {
  test('§8.2.2.3, §10.3 step 2: Require for what we do not know is a 420 that lists it', () => {
    const outcome = new TestRegistrar().register({
      contacts: [A],
      headers: ['Require: path, outbound', 'Require: gruu'],
    });
    expect([outcome.status, outcome.headers]).toEqual([420, 'Unsupported: outbound, gruu\r\n']);
  });

  test('RFC 3327 §5.3: Path is kept in its order and comes back in the 200', () => {
    const registrar = new TestRegistrar();
    const outcome = registrar.register({
      contacts: [A],
      headers: ['Supported: path', 'Path: <sip:near.example.com;lr>, <sip:far.example.com;lr>'],
    });
    const path = ['<sip:near.example.com;lr>', '<sip:far.example.com;lr>'];
    expect(valuesOf(outcome, 'Path')).toEqual(path);
    expect(registrar.bindings()).toMatchObject([{ path, behindNat: true }]);
  });

  test('RFC 3327 §5.3: Path from a UA that does not know it is a 420', () => {
    const outcome = new TestRegistrar().register({
      contacts: [A],
      headers: ['Path: <sip:p.example.com;lr>'],
    });
    expect([outcome.status, outcome.headers]).toEqual([420, 'Unsupported: path\r\n']);
  });

  test.each([
    'nonsense',
    '<tel:+1>',
    '<sip:>',
    Array.from({ length: 9 }, () => '<sip:p.example;lr>').join(','),
  ])('a Path that cannot be a route is a 400 (%#)', (path) => {
    const headers = ['Supported: path', `Path: ${path}`];
    expect(new TestRegistrar().register({ contacts: [A], headers }).status).toBe(400);
  });

  test('RFC 5627, RFC 5626: no GRUU is handed out and outbound is not claimed', () => {
    const outcome = new TestRegistrar().register({
      contacts: [`${A};+sip.instance="<urn:uuid:1>";reg-id=1`],
      headers: ['Supported: gruu, outbound'],
    });
    expect(outcome.status).toBe(200);
    expect(outcome.headers).not.toMatch(/gruu|outbound/);
  });
});

test('addresses of record do not share bindings', () => {
  const registrar = new TestRegistrar();
  registrar.register({ contacts: [A] });
  expect(registrar.locationService.lookup('group-2', NOW)).toEqual([]);
  expect(registrar.locationService.lookup(AOR, NOW).length).toBe(1);
});
