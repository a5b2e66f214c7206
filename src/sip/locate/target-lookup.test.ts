import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DnsAnswer, DnsQuestion, NaptrRecord, SrvRecord } from '../../base/dns.ts';
import type { Random } from '../../base/random.ts';
import type { Host } from '../uri/uri.ts';
import { type Destination, type LookupStep, MAX_QUERIES, type Reach, TargetLookup } from './target-lookup.ts';
import { MAX_TARGETS, type Target } from './targets.ts';

const UDP: Reach = { transports: ['UDP'], families: ['ipv4', 'ipv6'] };
const ALL: Reach = { transports: ['UDP', 'TCP', 'TLS'], families: ['ipv4', 'ipv6'] };
const IPV4: Reach = { transports: ['UDP'], families: ['ipv4'] };
const MIDDLE: Random = { token: () => 'x', fraction: () => 0.5 };

type Zone = Readonly<Record<string, DnsAnswer>>;

const name = (text: string): Host => ({ kind: 'name', name: text });
const addresses = (...list: readonly string[]): DnsAnswer => ({ kind: 'addresses', addresses: list });
const srv = (...records: readonly SrvRecord[]): DnsAnswer => ({ kind: 'srv', records });
const naptr = (...records: readonly NaptrRecord[]): DnsAnswer => ({ kind: 'naptr', records });
const timeout: DnsAnswer = { kind: 'failed', cause: 'timeout' };

function record(priority: number, weight: number, port: number, target: string): SrvRecord {
  return { priority, weight, port, target };
}

function service(order: number, preference: number, text: string, replacement: string): NaptrRecord {
  return { order, preference, flags: 's', service: text, replacement };
}

/** Runs a lookup to its end; what the zone does not have does not exist. `trace` gets the questions, by round. */
function look(
  destination: Destination,
  zone: Zone,
  reach: Reach = UDP,
  random: Random = MIDDLE,
  trace: string[][] = [],
): Extract<LookupStep, { kind: 'targets' | 'failed' }> {
  const lookup = new TargetLookup(destination, reach, random);
  let step = lookup.start();
  while (step.kind === 'ask') {
    const { questions } = step;
    trace.push(questions.map((question) => `${question.type} ${question.name}`));
    for (const question of questions) {
      step = lookup.answered(question, zone[`${question.type} ${question.name}`] ?? { kind: 'none' });
    }
  }
  if (step.kind === 'wait') throw new Error('the lookup waits for an answer to nothing');
  return step;
}

function shown(step: LookupStep): string {
  if (step.kind !== 'targets') return JSON.stringify(step);
  return step.targets.map(({ transport, address, port }) => `${transport} ${address} ${port}`).join(', ');
}

describe('TargetLookup', () => {
  test.each<[string, Destination, Reach, string]>([
    ['IPv4', { host: { kind: 'ipv4', address: '192.0.2.1' } }, UDP, 'UDP 192.0.2.1 5060'],
    ['IPv4, port', { host: { kind: 'ipv4', address: '192.0.2.1' }, port: 5070 }, UDP, 'UDP 192.0.2.1 5070'],
    ['IPv6', { host: { kind: 'ipv6', address: '2001:db8::1' } }, UDP, 'UDP 2001:db8::1 5060'],
    [
      'transport=TCP',
      { host: { kind: 'ipv4', address: '192.0.2.1' }, transport: 'TCP' },
      ALL,
      'TCP 192.0.2.1 5060',
    ],
    ['tls', { host: { kind: 'ipv4', address: '192.0.2.1' }, transport: 'tls' }, ALL, 'TLS 192.0.2.1 5061'],
    ['no transport named', { host: { kind: 'ipv4', address: '192.0.2.1' } }, ALL, 'UDP 192.0.2.1 5060'],
  ])(
    '§4.1, §4.2: an IP address is the target, no question is asked (%s)',
    (_case, destination, reach, expected) => {
      const trace: string[][] = [];
      expect(shown(look(destination, {}, reach, MIDDLE, trace))).toBe(expected);
      expect(trace).toEqual([]);
    },
  );

  test('§4.2: with a port, only addresses are asked for', () => {
    const trace: string[][] = [];
    const zone = { 'A pbx.example.com': addresses('192.0.2.1', '192.0.2.2') };
    const step = look({ host: name('PBX.Example.com.'), port: 5080 }, zone, ALL, MIDDLE, trace);
    expect(shown(step)).toBe('UDP 192.0.2.1 5080, UDP 192.0.2.2 5080');
    expect(trace).toEqual([['A pbx.example.com', 'AAAA pbx.example.com']]);
  });

  test('§4.2: without a port SRV decides; the addresses of all its targets are asked for at once', () => {
    const trace: string[][] = [];
    const zone = {
      'SRV _sip._udp.example.com': srv(
        record(20, 0, 5062, 'b.example.com'),
        record(10, 0, 5061, 'a.example.com'),
      ),
      'A a.example.com': addresses('192.0.2.1'),
      'AAAA a.example.com': addresses('2001:db8::1'),
      'A b.example.com': addresses('192.0.2.2'),
    };
    const step = look({ host: name('example.com') }, zone, UDP, MIDDLE, trace);
    expect(shown(step)).toBe('UDP 192.0.2.1 5061, UDP 2001:db8::1 5061, UDP 192.0.2.2 5062');
    expect(trace).toEqual([
      ['SRV _sip._udp.example.com'],
      ['A a.example.com', 'AAAA a.example.com', 'A b.example.com', 'AAAA b.example.com'],
    ]);
  });

  test('§4.2: no SRV records: the addresses of the name itself, port 5060', () => {
    const zone = { 'A pbx.example.com': addresses('192.0.2.1') };
    expect(shown(look({ host: name('pbx.example.com') }, zone))).toBe('UDP 192.0.2.1 5060');
  });

  test('SRV cannot be had: the addresses of the name itself', () => {
    const zone = { 'SRV _sip._udp.pbx.example.com': timeout, 'A pbx.example.com': addresses('192.0.2.1') };
    expect(shown(look({ host: name('pbx.example.com') }, zone))).toBe('UDP 192.0.2.1 5060');
  });

  test('§4.1: the transport parameter chooses the SRV records', () => {
    const trace: string[][] = [];
    const zone = {
      'SRV _sips._tcp.example.com': srv(record(0, 0, 5081, 'a.example.com')),
      'A a.example.com': addresses('192.0.2.1'),
    };
    expect(shown(look({ host: name('example.com'), transport: 'tls' }, zone, ALL, MIDDLE, trace))).toBe(
      'TLS 192.0.2.1 5081',
    );
    expect(trace[0]).toEqual(['SRV _sips._tcp.example.com']);
  });

  test('§4.1: several transports: NAPTR chooses among those that we have, by order and preference', () => {
    const trace: string[][] = [];
    const zone = {
      'NAPTR example.com': naptr(
        service(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
        service(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
        service(50, 10, 'SIP+D2S', '_sip._sctp.example.com'),
        { ...service(10, 10, 'SIP+D2U', 'sip:example.com'), flags: 'u' },
      ),
      'SRV _sips._tcp.example.com': srv(record(0, 0, 5061, 'a.example.com')),
      'SRV _sip._tcp.example.com': srv(record(0, 0, 5060, 'b.example.com')),
      'A a.example.com': addresses('192.0.2.1'),
    };
    expect(shown(look({ host: name('example.com') }, zone, ALL, MIDDLE, trace))).toBe('TLS 192.0.2.1 5061');
    expect(trace).toEqual([
      ['NAPTR example.com'],
      ['SRV _sips._tcp.example.com', 'SRV _sip._tcp.example.com'],
      ['A a.example.com', 'AAAA a.example.com'],
    ]);
  });

  test('§4.1: no NAPTR records: SRV for each of our transports, the first that exists wins', () => {
    const zone = {
      'SRV _sip._tcp.example.com': srv(record(0, 0, 5060, 'a.example.com')),
      'A a.example.com': addresses('192.0.2.1'),
      'A example.com': addresses('192.0.2.9'),
    };
    expect(shown(look({ host: name('example.com') }, zone, ALL))).toBe('TCP 192.0.2.1 5060');
  });

  test('§4.1: neither NAPTR nor SRV: UDP to the name itself', () => {
    const zone = { 'A example.com': addresses('192.0.2.9') };
    const reach: Reach = { transports: ['TCP', 'UDP'], families: ['ipv4'] };
    expect(shown(look({ host: name('example.com') }, zone, reach))).toBe('UDP 192.0.2.9 5060');
    const tcp: Reach = { transports: ['TCP'], families: ['ipv4'] };
    expect(shown(look({ host: name('example.com') }, zone, tcp))).toBe('TCP 192.0.2.9 5060');
  });

  test('RFC 2782: the target "." says that there is no service, and the name itself is not tried', () => {
    const zone = {
      'SRV _sip._udp.example.com': srv(record(0, 0, 0, '')),
      'A example.com': addresses('192.0.2.9'),
    };
    expect(look({ host: name('example.com') }, zone)).toEqual({
      kind: 'failed',
      cause: { kind: 'noService' },
    });
  });

  test('RFC 2782: "." for UDP leaves the other transports', () => {
    const zone = {
      'SRV _sip._udp.example.com': srv(record(0, 0, 0, '')),
      'SRV _sip._tcp.example.com': srv(record(0, 0, 5060, 'a.example.com')),
      'A a.example.com': addresses('192.0.2.1'),
    };
    expect(shown(look({ host: name('example.com') }, zone, ALL))).toBe('TCP 192.0.2.1 5060');
  });

  test('RFC 2782: "." for a transport that we would not have used leaves the name itself', () => {
    const zone = {
      'SRV _sip._tcp.example.com': srv(record(0, 0, 0, '')),
      'A example.com': addresses('192.0.2.9'),
    };
    expect(shown(look({ host: name('example.com') }, zone, ALL))).toBe('UDP 192.0.2.9 5060');
  });

  test('an SRV target that has no address is passed over', () => {
    const zone = {
      'SRV _sip._udp.example.com': srv(
        record(1, 0, 5060, 'gone.example.com'),
        record(2, 0, 5060, 'b.example.com'),
      ),
      'A b.example.com': addresses('192.0.2.2'),
    };
    expect(shown(look({ host: name('example.com') }, zone))).toBe('UDP 192.0.2.2 5060');
  });

  test('an SRV target that is an IP address is taken as it is', () => {
    const zone = { 'SRV _sip._udp.example.com': srv(record(1, 0, 5066, '192.0.2.3.')) };
    const trace: string[][] = [];
    expect(shown(look({ host: name('example.com') }, zone, UDP, MIDDLE, trace))).toBe('UDP 192.0.2.3 5066');
    expect(trace.length).toBe(1);
  });

  test('the preferred family comes first, the other families only as allowed', () => {
    const zone = { 'A p.example': addresses('192.0.2.1'), 'AAAA p.example': addresses('2001:db8::1') };
    const destination: Destination = { host: name('p.example'), port: 5060 };
    const ipv6First: Reach = { transports: ['UDP'], families: ['ipv6', 'ipv4'] };
    expect(shown(look(destination, zone, ipv6First))).toBe('UDP 2001:db8::1 5060, UDP 192.0.2.1 5060');
    const trace: string[][] = [];
    expect(shown(look(destination, zone, IPV4, MIDDLE, trace))).toBe('UDP 192.0.2.1 5060');
    expect(trace).toEqual([['A p.example']]);
  });

  test.each<[string, Destination, Zone, LookupStep]>([
    [
      'the name does not exist',
      { host: name('gone.example') },
      {},
      { kind: 'failed', cause: { kind: 'noAddress' } },
    ],
    [
      'the DNS does not answer',
      { host: name('pbx.example'), port: 5060 },
      { 'A pbx.example': timeout },
      { kind: 'failed', cause: { kind: 'dnsFailed', cause: 'timeout' } },
    ],
    [
      'an address of a family that we cannot send to',
      { host: { kind: 'ipv6', address: '2001:db8::1' } },
      {},
      { kind: 'failed', cause: { kind: 'noAddress' } },
    ],
    [
      'a transport that we do not have',
      { host: name('pbx.example'), transport: 'tcp' },
      {},
      { kind: 'failed', cause: { kind: 'transportNotSupported', transport: 'tcp' } },
    ],
    [
      'a transport that nobody has',
      { host: name('pbx.example'), transport: 'pigeon' },
      {},
      { kind: 'failed', cause: { kind: 'transportNotSupported', transport: 'pigeon' } },
    ],
  ])('fails when %s', (_case, destination, zone, expected) => {
    expect(look(destination, zone, IPV4)).toEqual(expected);
  });

  test('one family that cannot be had does not hide the other', () => {
    const zone = { 'AAAA p.example': timeout, 'A p.example': addresses('192.0.2.1') };
    expect(shown(look({ host: name('p.example'), port: 5060 }, zone))).toBe('UDP 192.0.2.1 5060');
  });

  test('answers that were not asked for, or come twice, change nothing', () => {
    const lookup = new TargetLookup({ host: name('p.example'), port: 5060 }, UDP, MIDDLE);
    lookup.start();
    const a: DnsQuestion = { type: 'A', name: 'p.example' };
    expect(lookup.answered({ type: 'A', name: 'other.example' }, addresses('192.0.2.66'))).toEqual({
      kind: 'wait',
    });
    expect(lookup.answered(a, addresses('192.0.2.1'))).toEqual({ kind: 'wait' });
    expect(lookup.answered(a, addresses('192.0.2.66'))).toEqual({ kind: 'wait' });
    const end = lookup.answered({ type: 'AAAA', name: 'p.example' }, { kind: 'none' });
    expect(shown(end)).toBe('UDP 192.0.2.1 5060');
    expect(lookup.answered(a, addresses('192.0.2.66'))).toEqual({ kind: 'wait' });
  });

  test('a huge zone costs no more than 10 questions and gives no more than 8 targets, each once', () => {
    const hosts = fc.constantFrom('a.example', 'b.example', 'c.example', '192.0.2.1', '');
    const port = fc.constantFrom(0, 5060, 5061);
    const records = fc.array(
      fc.record({ priority: fc.nat(3), weight: fc.nat(65_535), port, target: hosts }),
      { minLength: 1, maxLength: 200 },
    );
    const answer = fc.oneof(
      fc.constant(timeout),
      fc.constant<DnsAnswer>({ kind: 'none' }),
      fc
        .array(fc.ipV4(), { minLength: 1, maxLength: 30 })
        .map((list): DnsAnswer => ({ kind: 'addresses', addresses: list })),
      records.map((list): DnsAnswer => ({ kind: 'srv', records: list })),
      fc
        .array(fc.constantFrom('SIP+D2U', 'SIP+D2T', 'SIPS+D2T'), { minLength: 1, maxLength: 20 })
        .map((list) => naptr(...list.map((text, i) => service(i, 0, text, `_${i}.example`)))),
    );
    fc.assert(
      fc.property(
        fc.infiniteStream(answer),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (stream, fraction) => {
          const lookup = new TargetLookup({ host: name('example') }, ALL, {
            ...MIDDLE,
            fraction: () => fraction,
          });
          let step = lookup.start();
          let asked = 0;
          while (step.kind === 'ask') {
            const { questions } = step;
            asked += questions.length;
            for (const question of questions) {
              step = lookup.answered(question, stream.next().value ?? { kind: 'none' });
            }
          }
          expect(asked).toBeLessThanOrEqual(MAX_QUERIES);
          expect(step.kind === 'targets' || step.kind === 'failed').toBe(true);
          const targets: readonly Target[] = step.kind === 'targets' ? step.targets : [];
          expect(targets.length).toBeLessThanOrEqual(MAX_TARGETS);
          expect(new Set(targets.map(({ address, port: at }) => `${address} ${at}`)).size).toBe(
            targets.length,
          );
        },
      ),
    );
  });
});
