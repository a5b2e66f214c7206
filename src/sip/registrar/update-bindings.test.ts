import { describe, expect, test } from 'vitest';
import { flow, NOW, type Special, TestRegistrar } from './test-register.ts';

const A = '<sip:a@192.0.2.10:5060>';
const B = '<sip:b@192.0.2.11:5060>';

describe('decision 007: which binding a Contact takes the place of', () => {
  test('§19.1.4: Contacts are compared as URIs, not as text', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: ['<sip:%61@PBX.example.com;x=1>'] });
    const { changed } = registrar.register({ contacts: ['<sip:a@pbx.example.com>'] });
    expect(registrar.contacts()).toEqual(['sip:a@pbx.example.com']);
    expect(changed.unbound.map(({ contact }) => contact)).toEqual(['sip:%61@PBX.example.com;x=1']);
  });

  test('RFC 5626 §4.1: the same instance elsewhere is the same PBX', () => {
    const registrar = new TestRegistrar();
    const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"';
    registrar.register({ contacts: [`${A};${instance}`] });
    const source = flow('192.0.2.11', 5060);
    registrar.register({ contacts: [`${B};${instance.toLowerCase()}`], callId: 'other', source });
    expect(registrar.contacts()).toEqual(['sip:b@192.0.2.11:5060']);
  });

  test('RFC 5626 §4.2: another reg-id of the instance is another binding', () => {
    const registrar = new TestRegistrar();
    const instance = '+sip.instance="<urn:uuid:1>"';
    registrar.register({ contacts: [`${A};${instance};reg-id=1`] });
    registrar.register({ contacts: [`${B};${instance};reg-id=2`] });
    expect(registrar.contacts().length).toBe(2);
  });

  test('an old Contact that is removed does not take the new one of its instance with it', () => {
    const registrar = new TestRegistrar();
    const instance = '+sip.instance="<urn:uuid:1>"';
    registrar.register({ contacts: [`${A};${instance}`] });
    registrar.register({ contacts: [`${A};${instance};expires=0`, `${B};${instance}`] });
    registrar.register({ contacts: [`${A};${instance};expires=0`] });
    expect(registrar.contacts()).toEqual(['sip:b@192.0.2.11:5060']);
  });

  test('Asterisk restarts with a new line=: one binding, and the old one is reported as gone', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: ['<sip:s@192.0.2.10:5060;line=old>'], callId: 'before', cseq: 900 });
    const { changed } = registrar.register({
      contacts: ['<sip:s@192.0.2.10:5060;line=new>'],
      callId: 'after',
      cseq: 1,
    });
    expect(registrar.contacts()).toEqual(['sip:s@192.0.2.10:5060;line=new']);
    expect(changed.unbound.map(({ contact }) => contact)).toEqual(['sip:s@192.0.2.10:5060;line=old']);
  });

  test.each<[string, Special]>([
    ['another port of the source', { source: flow('192.0.2.10', 6000) }],
    ['another address', { source: flow('192.0.2.20', 5060) }],
    ['another Path', { headers: ['Supported: path', 'Path: <sip:edge.example.com;lr>'] }],
  ])('the same Contact but for its parameters from %s is another PBX', (_case, special) => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: ['<sip:s@10.0.0.5:5060;line=a>'] });
    registrar.register({ contacts: ['<sip:s@10.0.0.5:5060;line=b>'], callId: 'other', ...special });
    expect(registrar.contacts().length).toBe(2);
  });

  test.each([
    '<sip:t@192.0.2.10:5060;line=b>',
    '<sip:s@192.0.2.10:5070;line=b>',
    '<sip:s@192.0.2.11:5060;line=b>',
  ])('§10.2.1: another user, host or port is another binding (%s)', (contact) => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: ['<sip:s@192.0.2.10:5060;line=a>'] });
    registrar.register({ contacts: [contact] });
    expect(registrar.contacts().length).toBe(2);
  });
});

describe('limits', () => {
  const contact = (i: number) => `<sip:pbx@203.0.113.${i}>`;

  test('the eleventh binding takes the place of the one registered longest ago', () => {
    const registrar = new TestRegistrar();
    for (let i = 1; i <= 11; i += 1) registrar.register({ contacts: [contact(i)], at: NOW + i });
    expect(registrar.contacts().length).toBe(10);
    expect(registrar.contacts()).not.toContain('sip:pbx@203.0.113.1');
    expect(registrar.contacts()[0]).toBe('sip:pbx@203.0.113.11');
  });

  test('more than ten Contacts in one REGISTER are refused', () => {
    const registrar = new TestRegistrar();
    const contacts = Array.from({ length: 11 }, (_, i) => contact(i + 1));
    expect(registrar.register({ contacts }).status).toBe(403);
    expect(registrar.contacts()).toEqual([]);
    expect(registrar.register({ contacts: contacts.slice(1) }).status).toBe(200);
    expect(registrar.contacts().length).toBe(10);
  });
});
