import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DnsAnswer, DnsQuestion } from '../base/dns.ts';
import type { DnsQuery, FreshAnswer } from './dns-query.ts';
import { DEFAULT_DNS_CACHE_LIMITS, type DnsCacheLimits, DnsResolver } from './dns-resolver.ts';

const A: DnsQuestion = { type: 'A', name: 'pbx.example.com' };
const SRV: DnsQuestion = { type: 'SRV', name: '_sip._udp.example.com' };
const TIMEOUT: FreshAnswer = { answer: { kind: 'failed', cause: 'timeout' }, ttl: undefined };
const NONE: FreshAnswer = { answer: { kind: 'none' }, ttl: undefined };

function addresses(ttl: number, ...list: readonly string[]): FreshAnswer {
  return { answer: { kind: 'addresses', addresses: list }, ttl };
}

/** A DNS that answers when the test says so. */
class PlayedDns {
  readonly asked: string[] = [];
  readonly #open: ((fresh: FreshAnswer) => void)[] = [];

  readonly query: DnsQuery = (question, answered) => {
    this.asked.push(`${question.type} ${question.name}`);
    this.#open.push(answered);
  };

  answer(fresh: FreshAnswer): void {
    const answered = this.#open.shift();
    if (answered === undefined) throw new Error('nothing is being asked');
    answered(fresh);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

function play(limits: Partial<DnsCacheLimits> = {}) {
  const dns = new PlayedDns();
  const clock = { now: () => Date.now() };
  const resolver = new DnsResolver(dns.query, clock, { ...DEFAULT_DNS_CACHE_LIMITS, ...limits });
  const ask = (question: DnsQuestion): DnsAnswer[] => {
    const given: DnsAnswer[] = [];
    resolver.resolve(question, (answer) => given.push(answer));
    return given;
  };
  return { dns, resolver, ask };
}

describe('DnsResolver', () => {
  test('an answer is remembered for its TTL, names without regard to case', () => {
    const { dns, ask } = play();
    const first = ask(A);
    expect(first).toEqual([]);
    const fresh = addresses(20, '192.0.2.1');
    dns.answer(fresh);
    expect(first).toEqual([fresh.answer]);
    vi.advanceTimersByTime(19_999);
    expect(ask({ type: 'A', name: 'PBX.Example.com' })).toEqual([fresh.answer]);
    expect(dns.asked).toEqual(['A pbx.example.com']);
    vi.advanceTimersByTime(1);
    expect(ask(A)).toEqual([]);
    expect(dns.asked.length).toBe(2);
  });

  test.each([
    ['a TTL of 0 counts as one second', 0, 1000],
    ['a TTL of a day counts as a minute', 86_400, 60_000],
  ])('%s', (_case, ttl, life) => {
    const { dns, ask } = play();
    ask(A);
    dns.answer(addresses(ttl, '192.0.2.1'));
    vi.advanceTimersByTime(life - 1);
    expect(ask(A).length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(ask(A).length).toBe(0);
  });

  test('SRV, whose TTL is unknown, is remembered for 30 s', () => {
    const { dns, ask } = play();
    ask(SRV);
    dns.answer({
      answer: { kind: 'srv', records: [{ priority: 0, weight: 0, port: 5060, target: 'a.example.com' }] },
      ttl: undefined,
    });
    vi.advanceTimersByTime(29_999);
    expect(ask(SRV).length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(ask(SRV).length).toBe(0);
  });

  test('"there is none" is remembered for 5 s', () => {
    const { dns, ask } = play();
    ask(A);
    dns.answer(NONE);
    vi.advanceTimersByTime(4999);
    expect(ask(A)).toEqual([{ kind: 'none' }]);
    vi.advanceTimersByTime(1);
    expect(ask(A)).toEqual([]);
  });

  test('the same question is asked once however many wait, another type on its own', () => {
    const { dns, ask } = play();
    const given = [ask(A), ask(A), ask({ ...A, name: 'PBX.example.com' })];
    ask({ ...A, type: 'AAAA' });
    expect(dns.asked).toEqual(['A pbx.example.com', 'AAAA pbx.example.com']);
    const fresh = addresses(20, '192.0.2.1');
    dns.answer(fresh);
    expect(given).toEqual([[fresh.answer], [fresh.answer], [fresh.answer]]);
  });

  test('a stale answer is given after 250 ms when the server is silent, and only once', () => {
    const { dns, ask } = play();
    ask(A);
    const old = addresses(20, '192.0.2.1');
    dns.answer(old);
    vi.advanceTimersByTime(3_600_000);
    const given = ask(A);
    vi.advanceTimersByTime(249);
    expect(given).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(given).toEqual([old.answer]);
    expect(ask(A)).toEqual([old.answer]);
    expect(dns.asked.length).toBe(2);
    const changed = addresses(20, '192.0.2.2');
    dns.answer(changed);
    expect(given).toEqual([old.answer]);
    expect(ask(A)).toEqual([changed.answer]);
  });

  test('a stale answer is given when the server fails, and nobody is asked again for 2 s', () => {
    const { dns, ask } = play();
    ask(A);
    const old = addresses(20, '192.0.2.1');
    dns.answer(old);
    vi.advanceTimersByTime(20_000);
    const given = ask(A);
    dns.answer(TIMEOUT);
    expect(given).toEqual([old.answer]);
    vi.advanceTimersByTime(1999);
    expect(ask(A)).toEqual([old.answer]);
    expect(dns.asked.length).toBe(2);
    vi.advanceTimersByTime(1);
    ask(A);
    expect(dns.asked.length).toBe(3);
  });

  test('an hour past its life a stale answer is no longer given', () => {
    const { dns, ask } = play();
    ask(A);
    dns.answer(addresses(20, '192.0.2.1'));
    vi.advanceTimersByTime(20_000 + 3_600_000);
    const given = ask(A);
    vi.advanceTimersByTime(250);
    expect(given).toEqual([]);
    dns.answer(TIMEOUT);
    expect(given).toEqual([TIMEOUT.answer]);
  });

  test('a name that has gone is gone: no stale answer', () => {
    const { dns, ask } = play();
    ask(A);
    dns.answer(addresses(20, '192.0.2.1'));
    vi.advanceTimersByTime(20_000);
    const given = ask(A);
    dns.answer(NONE);
    expect(given).toEqual([{ kind: 'none' }]);
    vi.advanceTimersByTime(5000);
    const later = ask(A);
    dns.answer(TIMEOUT);
    expect(later).toEqual([TIMEOUT.answer]);
  });

  test('a failure without an older answer is remembered for 2 s', () => {
    const { dns, ask } = play();
    ask(A);
    dns.answer(TIMEOUT);
    vi.advanceTimersByTime(1999);
    expect(ask(A)).toEqual([TIMEOUT.answer]);
    vi.advanceTimersByTime(1);
    expect(ask(A)).toEqual([]);
  });

  test('the number of answers is bounded: the one unused for longest goes', () => {
    const { dns, resolver, ask } = play({ answers: 2 });
    for (const name of ['a.example', 'b.example']) {
      ask({ type: 'A', name });
      dns.answer(addresses(60, '192.0.2.1'));
    }
    expect(ask({ type: 'A', name: 'a.example' }).length).toBe(1);
    ask({ type: 'A', name: 'c.example' });
    dns.answer(addresses(60, '192.0.2.1'));
    expect(resolver.remembered).toBe(2);
    expect(ask({ type: 'A', name: 'a.example' }).length).toBe(1);
    expect(ask({ type: 'A', name: 'b.example' }).length).toBe(0);
  });

  test('the number of questions under way is bounded', () => {
    const { dns, ask } = play({ underWay: 1 });
    ask(A);
    expect(ask(SRV)).toEqual([{ kind: 'failed', cause: 'overloaded' }]);
    dns.answer(NONE);
    expect(ask(SRV)).toEqual([]);
  });
});
