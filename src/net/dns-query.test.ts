import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import type { DnsQuestion } from '../base/dns.ts';
import { dnsQuery, type FreshAnswer } from './dns-query.ts';

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35, CNAME: 5 } as const;

interface TestRecord {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly ttl: number;
  readonly data: Buffer;
}

type TestReply = { readonly rcode: number; readonly records: readonly TestRecord[] } | 'silence';

function wireName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  return Buffer.concat([...labels.map((label) => characterString(label)), Buffer.from([0])]);
}

function characterString(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

function numbers16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function a(name: string, ttl: number, ...bytes: readonly number[]): TestRecord {
  return { name, type: 'A', ttl, data: Buffer.from(bytes) };
}

/** A name server on loopback that says what the test tells it to (RFC 1035 section 4). */
class TestNameServer {
  readonly asked: string[] = [];
  readonly #socket: Socket;
  reply: (question: DnsQuestion) => TestReply = () => ({ rcode: 0, records: [] });

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (query, from) => {
      const { question, end } = this.#read(query);
      this.asked.push(`${question.type} ${question.name}`);
      const reply = this.reply(question);
      if (reply === 'silence') return;
      const header = Buffer.concat([
        query.subarray(0, 2),
        numbers16(0x8180 | reply.rcode, 1, reply.records.length, 0, 0),
      ]);
      const records = reply.records.map(({ name, type, ttl, data }) =>
        Buffer.concat([wireName(name), numbers16(TYPES[type], 1, 0, ttl, data.length), data]),
      );
      socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), from.port, from.address);
    });
  }

  static start(): Promise<TestNameServer> {
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      socket.bind(0, '127.0.0.1', () => resolve(new TestNameServer(socket)));
    });
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): void {
    this.#socket.close();
  }

  #read(query: Buffer): { question: DnsQuestion; end: number } {
    const labels: string[] = [];
    let at = 12;
    for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const code = query.readUInt16BE(at + 1);
    const type = (['A', 'AAAA', 'SRV', 'NAPTR'] as const).find((known) => TYPES[known] === code);
    if (type === undefined) throw new Error(`unexpected question type ${code}`);
    return { question: { type, name: labels.join('.').toLowerCase() }, end: at + 5 };
  }
}

const servers: TestNameServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function nameServer(reply: (question: DnsQuestion) => TestReply): Promise<TestNameServer> {
  const server = await TestNameServer.start();
  server.reply = reply;
  servers.push(server);
  return server;
}

function ask(
  server: string,
  type: DnsQuestion['type'],
  name: string,
  timeout?: number,
): Promise<FreshAnswer> {
  const query = dnsQuery([server], timeout);
  if (!query.ok) throw new Error(query.error.reason);
  return new Promise((resolve) => {
    query.value({ type, name }, resolve);
  });
}

describe('dnsQuery', () => {
  test('A: addresses in the order of the server, with the smallest TTL', async () => {
    const server = await nameServer(({ name }) => ({
      rcode: 0,
      records: [a(name, 300, 192, 0, 2, 2), a(name, 20, 192, 0, 2, 1)],
    }));
    expect(await ask(server.address, 'A', 'pbx.example.com')).toEqual({
      answer: { kind: 'addresses', addresses: ['192.0.2.2', '192.0.2.1'] },
      ttl: 20,
    });
    expect(server.asked).toEqual(['A pbx.example.com']);
  });

  test('AAAA', async () => {
    const data = Buffer.from('20010db8000000000000000000000005', 'hex');
    const server = await nameServer(({ name }) => ({
      rcode: 0,
      records: [{ name, type: 'AAAA', ttl: 60, data }],
    }));
    expect(await ask(server.address, 'AAAA', 'pbx.example.com')).toEqual({
      answer: { kind: 'addresses', addresses: ['2001:db8::5'] },
      ttl: 60,
    });
  });

  test('a CNAME on the way is followed', async () => {
    const server = await nameServer(({ name }) => ({
      rcode: 0,
      records: [
        { name, type: 'CNAME', ttl: 9, data: wireName('real.example.com') },
        a('real.example.com', 60, 192, 0, 2, 7),
      ],
    }));
    const { answer } = await ask(server.address, 'A', 'alias.example.com');
    expect(answer).toEqual({ kind: 'addresses', addresses: ['192.0.2.7'] });
  });

  test('SRV, with . for a service that is not available (RFC 2782)', async () => {
    const server = await nameServer(({ name }) => ({
      rcode: 0,
      records: [
        {
          name,
          type: 'SRV',
          ttl: 60,
          data: Buffer.concat([numbers16(10, 60, 5070), wireName('a.example.com')]),
        },
        { name, type: 'SRV', ttl: 60, data: Buffer.concat([numbers16(0, 0, 0), wireName('')]) },
      ],
    }));
    expect(await ask(server.address, 'SRV', '_sip._udp.example.com')).toEqual({
      answer: {
        kind: 'srv',
        records: [
          { priority: 10, weight: 60, port: 5070, target: 'a.example.com' },
          { priority: 0, weight: 0, port: 0, target: '' },
        ],
      },
      ttl: undefined,
    });
  });

  test('NAPTR', async () => {
    const data = Buffer.concat([
      numbers16(50, 10),
      characterString('s'),
      characterString('SIP+D2U'),
      characterString(''),
      wireName('_sip._udp.example.com'),
    ]);
    const server = await nameServer(({ name }) => ({
      rcode: 0,
      records: [{ name, type: 'NAPTR', ttl: 60, data }],
    }));
    const { answer } = await ask(server.address, 'NAPTR', 'example.com');
    expect(answer).toEqual({
      kind: 'naptr',
      records: [
        {
          order: 50,
          preference: 10,
          flags: 's',
          service: 'SIP+D2U',
          replacement: '_sip._udp.example.com',
        },
      ],
    });
  });

  test.each([
    ['no such name (NXDOMAIN)', 3, { kind: 'none' }],
    ['no record of the type', 0, { kind: 'none' }],
    ['SERVFAIL', 2, { kind: 'failed', cause: 'serverFailure' }],
    ['REFUSED', 5, { kind: 'failed', cause: 'serverFailure' }],
  ])('%s', async (_case, rcode, answer) => {
    const server = await nameServer(() => ({ rcode, records: [] }));
    expect((await ask(server.address, 'A', 'pbx.example.com')).answer).toEqual(answer);
  });

  test('a server that is not there', async () => {
    const server = await TestNameServer.start();
    const address = server.address;
    server.stop();
    const { answer } = await ask(address, 'A', 'pbx.example.com');
    expect(answer).toEqual({ kind: 'failed', cause: 'timeout' });
  });

  test('a server that stays silent is tried twice', async () => {
    const server = await nameServer(() => 'silence');
    const { answer } = await ask(server.address, 'A', 'pbx.example.com', 20);
    expect(answer).toEqual({ kind: 'failed', cause: 'timeout' });
    expect(server.asked.length).toBe(2);
  });

  test.each([
    ['a label of 64 characters', `${'x'.repeat(64)}.example.com`],
    ['a name of more than 255', `${'a23456789.'.repeat(26)}com`],
    ['an empty label', 'pbx..example.com'],
  ])('%s cannot be asked for and is not', async (_case, name) => {
    const server = await nameServer(({ name: asked }) => ({
      rcode: 0,
      records: [a(asked, 9, 192, 0, 2, 1)],
    }));
    expect((await ask(server.address, 'A', name)).answer).toEqual({ kind: 'failed', cause: 'badName' });
    expect(server.asked).toEqual([]);
  });

  test('a name server that is no address is refused with a sentence', () => {
    const query = dnsQuery(['dns.example.com']);
    expect(query.ok).toBe(false);
    if (!query.ok) expect(query.error.reason).toContain('not dns.example.com');
  });
});
