import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SEALING_KEY, SEALING_TEXT } from '../../../test/support/sealing-key.ts';
import { must } from '../../../test/support/store-contract.ts';
import { ok } from '../../base/result.ts';
import { gatewayId } from '../../domain/ids.ts';
import type { PbxAddress } from '../../domain/pbx-address.ts';
import { SealingKey } from '../../link/sealing.ts';
import { RealRandom } from '../../net/real-random.ts';
import { Store } from '../../store/store.ts';
import { openDataFolder } from '../data-folder.ts';
import { checkClock } from '../doctor/clock.ts';
import { checkSpool } from '../doctor/disk.ts';
import { checkGateways } from '../doctor/gateways.ts';
import { checkTlsFiles, tlsFilesOf } from '../doctor/tls-files.ts';
import { runProgram } from '../program.ts';

/** Valid from 2026-11-24 to 2126-10-31; its key was thrown away. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUdMgSGxKc1WViz5eMVQ6Typv5S80wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEbG9uZzAgFw0yNjExMjQxMDIxNDJaGA8yMTI2MTAzMTEwMjE0
MlowDzENMAsGA1UEAwwEbG9uZzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPar
/OKCWfvZ6cpHQGZCOI+HrPbJP8oIcSBh9iLaevmarK/xDX6lxVXmUfAwzzjcU94R
hZEflT9HdnZHolxwnQCjUzBRMB0GA1UdDgQWBBTnbFBvRJVnc8JptbYXPFRgNfed
5zAfBgNVHSMEGDAWgBTnbFBvRJVnc8JptbYXPFRgNfed5zAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCEpANvI2WPRMtkB0QZBLnjNorTiSJo1JfQ
Pq8LVPEF2QIhALpuOtlU5scmSZLxY4xjwgf/c9A37GDxfGK92ZeXMzrd
-----END CERTIFICATE-----
`;

let folder = '';
let sockets: Socket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-doctor-'));
});
afterEach(() => {
  for (const socket of sockets) socket.close();
  sockets = [];
  rmSync(folder, { recursive: true });
});

const report = z.object({
  problems: z.number(),
  warnings: z.number(),
  findings: z.array(
    z.object({ check: z.string(), state: z.string(), what: z.string(), advice: z.string().optional() }),
  ),
});

async function doctor(settings: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const exit = await runProgram(['doctor', '--json'], {
    version: '1.2.3',
    environment: {
      THROUGHLINE_DATA_FOLDER: join(folder, 'data'),
      THROUGHLINE_HTTP_PORT: '0',
      THROUGHLINE_TRUNK_SERVERS: `trunk1=127.0.0.1:${await freePort()}`,
      // Nobody listens there, so that the test asks no server on the network.
      THROUGHLINE_NAME_SERVERS: '127.0.0.1:1',
      ...settings,
    },
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async () => 0,
  });
  const { findings, problems } = out === '' ? { findings: [], problems: 0 } : report.parse(JSON.parse(out));
  return {
    exit,
    err,
    problems,
    findings,
    of: (check: string) => findings.filter((one) => one.check === check),
  };
}

async function udp(port = 0): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  sockets.push(socket);
  return socket;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A carrier that answers OPTIONS with the status, or does not answer where there is none. */
async function carrier(status?: number): Promise<PbxAddress> {
  const socket = await udp();
  socket.on('message', (datagram, from) => {
    const via = /^Via: .*$/m.exec(datagram.toString('latin1'))?.[0] ?? '';
    if (status !== undefined)
      socket.send(`SIP/2.0 ${status} Whatever\r\n${via}\r\n\r\n`, from.port, from.address);
  });
  return { host: { kind: 'ipv4', address: '127.0.0.1' }, port: socket.address().port };
}

function gateway(name: string, address: PbxAddress | undefined) {
  return {
    id: gatewayId(`gw_${name}`),
    name,
    sources: [],
    ...(address === undefined ? {} : { address }),
    priority: 1,
    weight: 1,
    trusted: false,
  };
}

async function withGateways(gateways: readonly ReturnType<typeof gateway>[]): Promise<void> {
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const store = must(Store.openSqlite(join(folder, 'data', 'throughline.db'), SEALING_KEY));
  must(await store.migrate());
  must(
    await store.write<void, never>(async (tables) => {
      for (const one of gateways) await tables.gateways.insert(one, 1, 1);
      return ok(undefined);
    }),
  );
  await store.close();
}

describe('doctor', () => {
  test('finds nothing wrong where nothing is, and has 0', async () => {
    await withGateways([gateway('carrier', await carrier(200))]);
    const { exit, of, problems } = await doctor();
    expect({ exit, problems }).toEqual({ exit: 0, problems: 0 });
    for (const check of ['ports', 'database', 'spool', 'tls', 'gateways']) {
      expect(of(check)).not.toEqual([]);
      for (const finding of of(check)) expect(finding).toMatchObject({ state: 'ok' });
    }
    expect(of('database')[0]?.what).toMatch(/is reached and at \d{4}-.*, which is the newest/);
    expect(of('gateways')[0]?.what).toMatch(
      /^carrier \(127\.0\.0\.1:\d+\) answers OPTIONS with 200 in \d+ ms$/,
    );
  });

  test('tells whether the sealing key is there and is that of the database', async () => {
    await withGateways([]);
    const sealing = async (settings: Readonly<Record<string, string>>) =>
      (await doctor(settings)).of('sealing')[0];
    expect(await sealing({})).toMatchObject({ state: 'ok', what: expect.stringContaining('no key yet') });
    const store = must(Store.openSqlite(join(folder, 'data', 'throughline.db'), SEALING_KEY));
    must(await store.takeKey(1));
    await store.close();
    expect(await sealing({ THROUGHLINE_SEALING_KEY: SEALING_TEXT })).toMatchObject({ state: 'ok' });
    expect(await sealing({ THROUGHLINE_SEALING_KEY: SealingKey.newText() })).toMatchObject({
      state: 'problem',
      what: expect.stringContaining(`sealed with the key ${SEALING_KEY.id}, and the one here is`),
    });
    expect(await sealing({})).toMatchObject({
      state: 'problem',
      what: expect.stringContaining('there is no key at'),
    });
    const file = join(folder, 'open.key');
    writeFileSync(file, SEALING_TEXT);
    chmodSync(file, 0o644);
    expect(await sealing({ THROUGHLINE_SEALING_KEY_FILE: file })).toMatchObject({
      state: 'warning',
      advice: `chmod 600 ${file}`,
    });
  });

  test('before the first start there is nothing yet, and nothing is made', async () => {
    const { exit, of } = await doctor();
    expect(exit).toBe(0);
    expect(of('database')[0]?.what).toContain('the first start makes it');
    expect(of('gateways')[0]).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('gateway add'),
    });
    expect(() => rmSync(join(folder, 'data'))).toThrow('ENOENT');
  });

  test('says of each thing that is wrong what to do, and has 1', async () => {
    const { port } = (await udp()).address();
    const closed: PbxAddress = { host: { kind: 'ipv4', address: '127.0.0.1' }, port: await freePort() };
    await withGateways([
      gateway('gone', closed),
      gateway('busy', await carrier(503)),
      gateway('named', { host: { kind: 'name', name: 'carrier.invalid' } }),
      gateway('secure', { host: { kind: 'ipv4', address: '127.0.0.1' }, transport: 'tls' }),
    ]);
    const { exit, of, findings } = await doctor({
      THROUGHLINE_TRUNK_SERVERS: `trunk1=127.0.0.1:${port},far=192.0.2.1:5060`,
    });
    expect(exit).toBe(1);
    expect(of('ports').map(({ state, what }) => [state, what.replace(String(port), 'N')])).toEqual([
      ['problem', 'trunk1: 127.0.0.1 port N (UDP) is in use by another program'],
      ['problem', 'far: 192.0.2.1 port 5060 (UDP): this machine has no such address'],
      ['ok', 'the API: 127.0.0.1 port 0 (TCP) can be had'],
    ]);
    expect(of('dns')[0]).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('THROUGHLINE_NAME_SERVERS'),
    });
    expect(of('gateways').map(({ state, what }) => [state, what.replace(/ \(.*?\)/, '')])).toEqual(
      expect.arrayContaining([
        ['problem', 'gone: nobody listens there'],
        ['warning', 'busy answers with 503: it takes no calls now'],
        ['problem', expect.stringContaining('named: the DNS fails')],
        ['problem', 'secure: transport tls is not supported'],
      ]),
    );
    for (const { state, advice } of findings) expect(advice === undefined).toBe(state === 'ok');
  });

  test('a database that cannot be reached is named without its password', async () => {
    const { exit, of } = await doctor({ THROUGHLINE_DATABASE: 'postgres://me:secret@127.0.0.1:1/x' });
    expect(exit).toBe(1);
    expect(of('database')[0]).toMatchObject({
      state: 'problem',
      what: expect.stringContaining('PostgreSQL postgres://me@127.0.0.1:1/x'),
    });
    expect(JSON.stringify(of('database'))).not.toContain('secret');
  });

  test('while the service runs its ports are taken, by it', async () => {
    const held = openDataFolder(join(folder, 'data'));
    const { of } = await doctor({ THROUGHLINE_HTTP_PORT: '1' });
    expect(of('ports')).toMatchObject([
      { state: 'warning', what: expect.stringContaining(`process ${process.pid}`) },
    ]);
    if (held.ok) held.value.release();
  });

  test('wrong settings are told first', async () => {
    expect(await doctor({ THROUGHLINE_HTTP_PORT: 'x' })).toMatchObject({ exit: 78 });
  });
});

describe('each check', () => {
  test('clock: behind the newest change, apart from the database, kept by nothing', () => {
    const now = Date.UTC(2026, 10, 24);
    expect(checkClock(now, true, now - 1, 3)).toMatchObject([{ state: 'ok' }]);
    expect(checkClock(now, undefined, undefined, undefined)).toMatchObject([{ state: 'ok' }]);
    expect(checkClock(now, false, now + 60_000, -2_500)).toMatchObject([
      { state: 'problem', what: expect.stringContaining('it is behind') },
      { state: 'warning', what: "it is 2.5 s ahead of the clock of the database's machine" },
      { state: 'warning', what: expect.stringContaining('not synchronized') },
    ]);
  });

  test('spool: what waits too long', () => {
    const file = join(folder, 'trunk1.3.spool');
    writeFileSync(file, '');
    expect(checkSpool(folder)).toMatchObject([{ state: 'ok' }]);
    truncateSync(file, 512 * 1024 * 1024);
    expect(checkSpool(folder)).toMatchObject([
      { state: 'warning', what: expect.stringContaining('512 MiB of trunk1 wait') },
    ]);
  });

  test('TLS files: unreadable, not yet or no longer valid, and of each other', () => {
    const certificate = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(certificate, CERTIFICATE);
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const at = (year: number, set: { certificate?: string; key?: string }) =>
      checkTlsFiles([{ setting: 'x', ...set }], Date.UTC(year, 9, 20)).map(
        ({ state, what }) => `${state} ${what}`,
      );
    expect(checkTlsFiles([], 0)).toMatchObject([{ state: 'ok' }]);
    expect(at(2030, { certificate })).toEqual([expect.stringMatching(/^ok .*is valid until Oct 31/)]);
    expect(at(2126, { certificate })).toEqual([
      expect.stringMatching(/^warning .*is valid for 11 more days/),
    ]);
    expect(at(2127, { certificate })).toEqual([expect.stringMatching(/^problem .*has been invalid since/)]);
    expect(at(2020, { certificate })).toEqual([expect.stringMatching(/^problem .*is not valid before/)]);
    expect(at(2030, { certificate, key })).toContainEqual(
      expect.stringMatching(/^problem .*is not the key of/),
    );
    chmodSync(key, 0o644);
    expect(at(2030, { key })).toEqual([expect.stringMatching(/^warning .*can be read by others/)]);
    expect(at(2030, { certificate: key, key: certificate })).toEqual([
      expect.stringMatching(/^problem .*no certificate/),
      expect.stringMatching(/^problem .*no private key/),
    ]);
    expect(tlsFilesOf('postgres://x@db/x?sslrootcert=/a&sslcert=/b&sslkey=/c')).toMatchObject([
      { certificate: '/a' },
      { certificate: '/b', key: '/c' },
    ]);
    expect(tlsFilesOf(undefined)).toEqual([]);
  });

  test('gateways: a silent one is asked again, and deserves a look', async () => {
    const address = await carrier();
    let asked = 0;
    sockets[0]?.on('message', () => {
      asked += 1;
    });
    const found = await checkGateways([gateway('silent', address)], {
      from: ['127.0.0.1'],
      ask: async () => ({ kind: 'none' }),
      random: new RealRandom(),
      times: { again: [5, 10], limit: 100 },
    });
    expect(found).toMatchObject([
      { state: 'warning', what: expect.stringContaining('does not answer OPTIONS') },
    ]);
    expect(asked).toBe(3);
  });

  test('gateways: a name is looked up as trunk servers do, and each of its addresses is tried', async () => {
    const { port } = await carrier(404);
    const found = await checkGateways([gateway('named', { host: { kind: 'name', name: 'sip.example' } })], {
      from: ['127.0.0.1'],
      ask: async ({ type }) => {
        if (type === 'A') return { kind: 'addresses', addresses: ['127.0.0.1'] };
        const record = { priority: 1, weight: 1, target: 'a.sip.example' };
        return {
          kind: 'srv',
          records: [
            { ...record, port: await freePort() },
            { ...record, priority: 2, port: port ?? 0 },
          ],
        };
      },
      random: new RealRandom(),
    });
    expect(found).toMatchObject([{ state: 'ok', what: expect.stringContaining('answers OPTIONS with 404') }]);
  });
});
