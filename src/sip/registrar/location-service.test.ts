import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BindingRecord, LiveBinding } from './binding.ts';
import { LocationService, MAX_BINDINGS } from './location-service.ts';
import { flow, NOW } from './test-register.ts';

function kept(contact: string, expiresAt: number, more: Partial<BindingRecord> = {}): BindingRecord {
  return {
    contact,
    q: 1000,
    registeredAt: NOW - 1000,
    expiresAt,
    callId: 'c1',
    cseq: 1,
    userAgent: '',
    source: flow('192.0.2.10', 5060),
    behindNat: false,
    path: [],
    instance: undefined,
    regId: undefined,
    ...more,
  };
}

const contacts = (bindings: readonly LiveBinding[]) => bindings.map(({ contact }) => contact);

describe('restore: bindings from before a restart', () => {
  test('they are looked up as they were, in call order', () => {
    const service = new LocationService();
    expect(service.restore('g', kept('sip:a@192.0.2.1', NOW + 1, { q: 500 }), NOW)).toBe(true);
    expect(service.restore('g', kept('sip:b@192.0.2.2', NOW + 1, { registeredAt: NOW - 9 }), NOW)).toBe(true);
    expect(service.restore('g', kept('sip:c@192.0.2.3', NOW + 1, { registeredAt: NOW - 5 }), NOW)).toBe(true);
    expect(contacts(service.lookup('g', NOW))).toEqual([
      'sip:c@192.0.2.3',
      'sip:b@192.0.2.2',
      'sip:a@192.0.2.1',
    ]);
  });

  test('what the PBX has registered anew is not overwritten', () => {
    const service = new LocationService();
    service.restore('g', kept('sip:a@pbx.example.com', NOW + 9, { callId: 'new' }), NOW);
    expect(service.restore('g', kept('sip:a@PBX.example.com', NOW + 1, { callId: 'old' }), NOW)).toBe(false);
    expect(service.lookup('g', NOW)).toMatchObject([{ callId: 'new' }]);
  });

  test.each([
    ['expired', kept('sip:a@192.0.2.1', NOW)],
    ['no URI', kept('nonsense', NOW + 1)],
    ['no sip URI', kept('tel:+12125550123', NOW + 1)],
  ])('what is of no use is left out: %s', (_case, binding) => {
    const service = new LocationService();
    expect(service.restore('g', binding, NOW)).toBe(false);
    expect(service.size).toBe(0);
    expect(service.nextExpiry()).toBeUndefined();
  });

  test('no more than ten for one address of record', () => {
    const service = new LocationService();
    for (let i = 0; i < 20; i += 1) service.restore('g', kept(`sip:a@192.0.2.${i}`, NOW + 1), NOW);
    expect(service.lookup('g', NOW).length).toBe(MAX_BINDINGS);
  });
});

describe('expiry', () => {
  test('nextExpiry is that of the earliest, expire takes out and reports what is due', () => {
    const service = new LocationService();
    service.restore('g', kept('sip:a@192.0.2.1', NOW + 300), NOW);
    service.restore('g', kept('sip:b@192.0.2.2', NOW + 100), NOW);
    service.restore('h', kept('sip:c@192.0.2.3', NOW + 200), NOW);
    expect(service.nextExpiry()).toBe(NOW + 100);
    expect(service.expire(NOW + 99)).toEqual([]);
    expect(service.expire(NOW + 200).map(({ aor, binding }) => [aor, binding.contact])).toEqual([
      ['g', 'sip:b@192.0.2.2'],
      ['h', 'sip:c@192.0.2.3'],
    ]);
    expect(service.size).toBe(1);
    expect(service.nextExpiry()).toBe(NOW + 300);
    expect(service.expire(NOW + 300).length).toBe(1);
    expect(service.nextExpiry()).toBeUndefined();
  });

  test('thousands at once are taken out in portions', () => {
    const service = new LocationService();
    for (let i = 0; i < 1200; i += 1) service.restore(`g${i}`, kept('sip:a@192.0.2.1', NOW + 1), NOW);
    const portions: number[] = [];
    for (
      let next = service.nextExpiry();
      next !== undefined && next <= NOW + 1;
      next = service.nextExpiry()
    ) {
      portions.push(service.expire(NOW + 1).length);
    }
    expect(portions).toEqual([500, 500, 200]);
  });

  test('remove takes out an address of record with its expiry', () => {
    const service = new LocationService();
    service.restore('g', kept('sip:a@192.0.2.1', NOW + 1), NOW);
    expect(contacts(service.remove('g'))).toEqual(['sip:a@192.0.2.1']);
    expect(service.remove('g')).toEqual([]);
    expect([service.size, service.nextExpiry()]).toEqual([0, undefined]);
  });

  test('whatever happens: nothing expired is found, nothing is lost early, and nextExpiry is exact', () => {
    const key = fc.nat(15).map((n) => `g${n}`);
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        key,
        host: fc.nat(12),
        life: fc.integer({ min: 1, max: 50 }),
      }),
      fc.record({ kind: fc.constant('remove' as const), key }),
      fc.record({ kind: fc.constant('wait' as const), time: fc.nat(20) }),
      fc.record({ kind: fc.constant('expire' as const), limit: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const service = new LocationService();
        const model = new Map<string, Map<string, number>>();
        let now = NOW;
        for (const one of steps) {
          switch (one.kind) {
            case 'add': {
              const contact = `sip:a@192.0.2.${one.host}`;
              const bindings = model.get(one.key) ?? new Map<string, number>();
              if (service.restore(one.key, kept(contact, now + one.life), now)) {
                bindings.set(contact, now + one.life);
                model.set(one.key, bindings);
              }
              break;
            }
            case 'remove':
              service.remove(one.key);
              model.delete(one.key);
              break;
            case 'wait':
              now += one.time;
              break;
            case 'expire':
              for (const { binding } of service.expire(now, one.limit)) {
                expect(binding.expiresAt).toBeLessThanOrEqual(now);
              }
              break;
          }
          for (const [aor, bindings] of model) {
            const live = [...bindings].filter(([, expiresAt]) => expiresAt > now).map(([contact]) => contact);
            expect(contacts(service.lookup(aor, now)).sort()).toEqual(live.sort());
          }
        }
        while ((service.nextExpiry() ?? now + 1) <= now) service.expire(now);
        const left = [...model.values()]
          .flatMap((bindings) => [...bindings.values()])
          .filter((at) => at > now);
        expect(service.size).toBe(left.length);
        expect(service.nextExpiry()).toBe(left.length === 0 ? undefined : Math.min(...left));
      }),
    );
  });
});
