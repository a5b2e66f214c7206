import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocationService } from './location-service.ts';
import { carryOut } from './register.ts';
import { AOR, flow, LIMITS, NOW, registerRequest, TestRegistrar, valuesOf } from './test-register.ts';

const A = '<sip:a@192.0.2.10:5060;line=abc>';

describe('a refresh: the only Contact once more', () => {
  test('the same binding goes on, with what the REGISTER says anew', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [`${A};q=0.5`], headers: ['User-Agent: one', 'Expires: 600'] });
    const [binding] = registrar.bindings();
    const source = flow('198.51.100.9', 1024);
    const at = NOW + 5_000;
    const headers = ['User-Agent: two', 'Expires: 120'];
    const outcome = registrar.register({ contacts: [A], headers, callId: 'c2@pbx', cseq: 1, source, at });
    expect(valuesOf(outcome, 'Contact')).toEqual([`${A};expires=120`]);
    expect(registrar.bindings(at)).toEqual([binding]);
    expect(outcome.changed).toEqual({ bound: [binding], unbound: [] });
    expect(binding).toMatchObject({
      q: 1000,
      registeredAt: at,
      expiresAt: at + 120_000,
      callId: 'c2@pbx',
      cseq: 1,
      userAgent: 'two',
      source,
      behindNat: true,
    });
  });

  test('it expires when the last REGISTER said', () => {
    const registrar = new TestRegistrar();
    registrar.register({ contacts: [A], headers: ['Expires: 60'] });
    registrar.register({ contacts: [A], headers: ['Expires: 600'], at: NOW + 1_000 });
    expect(registrar.locationService.nextExpiry()).toBe(NOW + 601_000);
    registrar.register({ contacts: [A], headers: ['Expires: 60'], at: NOW + 2_000 });
    expect(registrar.locationService.nextExpiry()).toBe(NOW + 62_000);
    expect(registrar.contacts(NOW + 62_000)).toEqual([]);
  });

  test('what comes of it is what comes of any other REGISTER that says the same', () => {
    const contact = fc.constantFrom(
      ...[A, A, A, A, A, A],
      '<sip:b@192.0.2.10:5060>',
      '<sip:a@192.0.2.10>',
      '"PBX" <sip:a@192.0.2.10:5060;line=abc>',
      'sip:a@192.0.2.10',
      '<sip:a@[2001:db8::1]:5070;transport=tcp>',
      '<sip:a@198.51.100.1:5060>',
      '*',
    );
    const param = fc.constantFrom(
      ...[
        '',
        '',
        '',
        '',
        '',
        '',
        ';expires=600',
        ';expires=600',
        ';expires=0',
        ';expires=59',
        ';expires=99999999999',
        ';expires=x',
      ],
      ...[';q=0.3', ' ;expires=600', ';+sip.instance="<urn:uuid:1>";reg-id=1', ';Expires=70'],
    );
    const header = fc.constantFrom(
      ...['Expires: 600', 'Expires: 0', 'Expires: 30', 'Expires: soon', 'Expires: 7200', 'Expires:\r\n 600'],
      ...['User-Agent: one', `User-Agent: ${'x'.repeat(200)}`, 'Require: path', 'Require: gruu'],
      ...['Supported: path', 'Path: <sip:p1.example.com;lr>'],
    );
    const step = fc.record({
      contacts: fc.oneof(
        { weight: 9, arbitrary: fc.tuple(contact, param).map(([uri, more]) => [uri + more]) },
        { weight: 1, arbitrary: fc.array(contact, { maxLength: 3 }) },
      ),
      headers: fc.uniqueArray(header, { maxLength: 2, selector: (line) => line.substring(0, 4) }),
      callId: fc.constantFrom('c1@pbx.example.com', 'c2@pbx.example.com'),
      cseq: fc.integer({ min: 1, max: 400 }),
      sentBy: fc.constantFrom(
        '192.0.2.10:5060',
        '192.0.2.10',
        '10.0.0.1:5060',
        'pbx.example.com',
        '[2001:DB8::1]:5070',
      ),
      source: fc.constantFrom(flow('192.0.2.10', 5060), flow('192.0.2.10', 1024), flow('2001:db8::1', 5070)),
      wait: fc.constantFrom(0, 1_000, 700_000),
    });
    let inPlace = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 6, maxLength: 12 }), (steps) => {
        const registrar = new TestRegistrar();
        const general = new LocationService();
        let at = NOW;
        for (const { wait, ...special } of steps) {
          at += wait;
          const before = registrar.bindings(at);
          const outcome = registrar.register({ ...special, at });
          if (before.length === 1 && outcome.changed.bound[0] === before[0]) inPlace += 1;
          const request = registerRequest(special);
          expect(outcome).toEqual(carryOut(general, AOR, request, special.source, at, LIMITS));
          expect(registrar.bindings(at)).toEqual(general.lookup(AOR, at));
          expect(registrar.locationService.nextExpiry()).toBe(general.nextExpiry());
        }
      }),
      { numRuns: 1_000 },
    );
    expect(inPlace).toBeGreaterThan(100);
  });
});
