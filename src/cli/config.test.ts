import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, parseConfig } from './config.ts';
import { SETTINGS, variableName } from './config-settings.ts';

function problems(text: string, environment: Record<string, string> = {}): readonly string[] {
  const parsed = parseConfig(text, 'throughline.yaml', environment);
  return parsed.ok ? [] : parsed.error;
}

function config(text: string, environment: Record<string, string> = {}) {
  const parsed = parseConfig(text, 'throughline.yaml', environment);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

describe('defaults', () => {
  test('with no file: two trunk servers and the API on loopback', () => {
    expect(config('')).toMatchObject({
      http: { address: '127.0.0.1', port: 8080 },
      trunkServers: [
        { name: 'trunk1', address: '127.0.0.1', port: 5060 },
        { name: 'trunk2', address: '127.0.0.1', port: 5070 },
      ],
      digestAlgorithms: ['MD5', 'SHA-256'],
      registration: { minExpires: 60, defaultExpires: 3600, maxExpires: 3600 },
      policy: { homeCountry: 'US', allowedCountries: [], allowedRanges: [] },
    });
  });

  test('the sample file says the defaults, and names every setting', () => {
    const text = readFileSync(new URL('../../throughline.example.yaml', import.meta.url), 'utf8');
    expect(config(text)).toEqual(config(''));
    const sample: unknown = parse(text);
    for (const { path } of SETTINGS) {
      const [key = ''] = path;
      if (path.join('.') === 'metrics.port') expect(text).toContain('\n  # port: ');
      else if (key === 'mail') expect(text).toContain(`\n  # ${path[1]}: `);
      else if (['operatorKey', 'sealingKey', 'sealingKeyFile', 'database', 'publicUrl'].includes(key))
        expect(text).toContain(`# ${key}:`);
      else expect(sample, path.join('.')).toHaveProperty([...path]);
    }
  });

  test('docs/operating.md lists every setting with its variable and its default', () => {
    const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
    for (const { path, variable, type, defaultValue } of SETTINGS) {
      const row = text
        .split('\n')
        .find((line) => line.startsWith(`| \`${path.join('.')}\` | \`${variable}\` |`));
      expect(row, path.join('.')).toBeDefined();
      if (type === 'trunkServers' || defaultValue === undefined) continue;
      const shown = Array.isArray(defaultValue) ? `[${defaultValue.join(', ')}]` : String(defaultValue);
      expect(row, path.join('.')).toContain(`| \`${shown}\` |`);
    }
  });

  test('a group with all its keys commented out counts as absent', () => {
    expect(config('http:\n  # port: 1\nrealm: x\n').http.port).toBe(8080);
  });
});

describe('a wrong setting is named with its file and line, and with what would be right', () => {
  test.each([
    [
      'a wrong type',
      'realm: x\nhttp:\n  port: abc\n',
      'throughline.yaml:3: http.port is "abc"; it must be a port from 1 to 65535, or 0 for any free one',
    ],
    [
      'a value out of range',
      '\n\nhttp: {address: 127.0.0.1, port: 70000}\n',
      'throughline.yaml:3: http.port is 70000; it must be a port from 1 to 65535, or 0 for any free one',
    ],
    [
      'an unknown key',
      'realm: x\nrelam: y\n',
      'throughline.yaml:2: relam is not a setting; did you mean realm?',
    ],
    [
      'an unknown key inside a group',
      'http:\n  port: 1\n  adress: x\n',
      'throughline.yaml:3: http.adress is not a setting; did you mean address?',
    ],
    [
      'an unknown key that is like none',
      'log:\n  destination: x\n',
      'throughline.yaml:2: log.destination is not a setting; known here: level, format',
    ],
    [
      'something inside a list',
      'trunkServers:\n  - name: a\n    address: 127.0.0.1\n  - name: b\n    address: 0.0.0.0\n',
      'throughline.yaml:5: trunkServers[1].address is "0.0.0.0"; it must be one IP address of this machine, such as 127.0.0.1 or 192.0.2.10; PBXs and carriers see it in Via and Record-Route, so 0.0.0.0, :: and multicast or broadcast addresses will not do',
    ],
    [
      'a value missing inside a list',
      'trunkServers:\n  - name: a\n',
      'throughline.yaml:2: trunkServers[0].address is missing; it must be one IP address of this machine, such as 127.0.0.1 or 192.0.2.10; PBXs and carriers see it in Via and Record-Route, so 0.0.0.0, :: and multicast or broadcast addresses will not do',
    ],
    [
      'two trunk servers at one place',
      'trunkServers:\n  - {name: a, address: 127.0.0.1}\n  - {name: b, address: 127.0.0.1}\n',
      'throughline.yaml:3: trunkServers[1].port is missing; another trunk server is already at 127.0.0.1 port 5060; each needs its own address or port',
    ],
    [
      'a country that does not exist',
      'policy:\n  allowedCountries:\n    - CA\n    - XX\n',
      'throughline.yaml:4: policy.allowedCountries[1] is "XX"; it must be a list of ISO country codes in capitals, such as [CA, MX]',
    ],
    [
      'settings that contradict each other',
      'registration:\n  minExpires: 600\n  maxExpires: 300\n',
      'throughline.yaml:2: registration.minExpires is 600; must not be above registration.maxExpires, which is 300',
    ],
    [
      'a value where a group belongs',
      'http: 8080\n',
      'throughline.yaml:1: http is 8080; it must be a group with the keys address, port, trustedProxies',
    ],
    [
      'a port that is taken by another setting',
      'http:\n  port: 9000\nmetrics:\n  port: 9000\n',
      'throughline.yaml:4: metrics.port is 9000; the API is at 127.0.0.1 port 9000 already; choose another port',
    ],
    [
      'a name server at a port that nobody has',
      'nameServers: ["192.0.2.53:0"]\n',
      'throughline.yaml:1: nameServers[0] is "192.0.2.53:0"; it must be a list of IP addresses, each with a port where it is not 53, such as 192.0.2.53 or 127.0.0.1:5353',
    ],
    [
      'a mail server at a port that nobody has',
      'mail: {server: "smtp://mail.example.com:99999", from: a@example.com}\n',
      'throughline.yaml:1: mail.server cannot be used as it is; it must be the address of a mail server, such as smtp://user@mail.example.com:587 or smtps://mail.example.com',
    ],
    ...['postgres://throughline@[::1/x', 'postgres://db.example.com/x?sslmode=verify'].map((url) => [
      `a database at ${url}`,
      `database: "${url}"\n`,
      'throughline.yaml:1: database cannot be used as it is; it must be the address of a PostgreSQL database, such as postgres://throughline@db.example.com/throughline',
    ]),
    [
      'a proxy by name',
      'http: {trustedProxies: [proxy.example.com]}\n',
      'throughline.yaml:1: http.trustedProxies[0] is "proxy.example.com"; it must be a list of addresses and ranges such as 127.0.0.1 and 10.20.0.0/16',
    ],
    [
      'a file that is no mapping',
      '- a\n- b\n',
      'throughline.yaml:1: the file must be a list of settings such as "realm: throughline", each "key: value"',
    ],
  ])('%s', (_name, text, sentence) => {
    expect(problems(text)).toEqual([sentence]);
  });

  test('broken YAML is named with its line', () => {
    expect(problems('realm: x\nhttp: {port: 1\n')[0]).toMatch(/^throughline\.yaml:[23]: not valid YAML: /);
    expect(problems('realm: x\nrealm: y\n')[0]).toMatch(/^throughline\.yaml:2: not valid YAML: /);
  });

  test('a second YAML document is named with its line and in the words of a user', () => {
    expect(problems('realm: x\n---\nhttp: {port: 1}\n')).toEqual([
      'throughline.yaml:2: a second YAML document begins here; put all settings into one and leave out the line "---"',
    ]);
    expect(config('---\nrealm: x\n').realm).toBe('x');
  });

  test.each([
    '0.0.0.0',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    'fe80::1%eth0',
    '::ffff:192.0.2.1',
    'localhost',
  ])('a trunk server cannot be at %s', (address) => {
    const text = `realm: x\ntrunkServers:\n  - name: a\n    address: "${address}"\n`;
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^throughline\.yaml:4: trunkServers\[0\]\.address is ".*"; it must be one IP address/,
      ),
    ]);
    expect(problems(text.replace(address, '192.0.2.1'))).toEqual([]);
  });

  test('all problems are named at once', () => {
    expect(problems('realm: ""\nhttp: {port: -1}\nlogg: {}\n')).toHaveLength(3);
  });

  test('an operator key never stands in a message', () => {
    const [sentence] = problems('operatorKey: hunter2\n');
    expect(sentence).toMatch(
      /^throughline\.yaml:1: operatorKey cannot be used as it is; it must be a secret/,
    );
    expect(sentence).not.toContain('hunter2');
  });

  test('whatever the file holds, the answer is settings or sentences that name the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[a-z:{}[\]\-&*!|> \n]*$/)), (text) => {
        for (const sentence of problems(text)) expect(sentence).toMatch(/^throughline\.yaml:\d*/);
      }),
    );
  });
});

describe('environment', () => {
  test('the name of a variable follows from the keys', () => {
    expect(variableName(['policy', 'homeCountry'])).toBe('THROUGHLINE_POLICY_HOME_COUNTRY');
    expect(variableName(['http', 'port'])).toBe('THROUGHLINE_HTTP_PORT');
    const names = SETTINGS.map((setting) => setting.variable);
    expect(new Set(names).size).toBe(names.length);
  });

  test('it wins over the file', () => {
    expect(
      config('http: {port: 81, address: 127.0.0.2}', { THROUGHLINE_HTTP_PORT: '82' }).http,
    ).toMatchObject({
      address: '127.0.0.2',
      port: 82,
    });
  });

  test('lists are written with commas, trunk servers as name=address:port', () => {
    const read = config('', {
      THROUGHLINE_POLICY_ALLOWED_COUNTRIES: 'CA, MX',
      THROUGHLINE_TRUNK_SERVERS: 'trunk1=192.0.2.1:5080,trunk2=[2001:db8::1]:5080, trunk3=192.0.2.3',
      THROUGHLINE_DELIVERY_SHARED_REGISTRATIONS: 'true',
    });
    expect(read.policy.allowedCountries).toEqual(['CA', 'MX']);
    expect(read.delivery.sharedRegistrations).toBe(true);
    expect(read.trunkServers).toEqual([
      { name: 'trunk1', address: '192.0.2.1', port: 5080 },
      { name: 'trunk2', address: '2001:db8::1', port: 5080 },
      { name: 'trunk3', address: '192.0.2.3', port: 5060 },
    ]);
  });

  test('a wrong value names the variable', () => {
    expect(problems('http: {port: 1}', { THROUGHLINE_HTTP_PORT: 'abc' })).toEqual([
      'environment: THROUGHLINE_HTTP_PORT: http.port is "abc"; it must be a port from 1 to 65535, or 0 for any free one',
    ]);
    expect(problems('', { THROUGHLINE_TRUNK_SERVERS: 'trunk1' })[0]).toMatch(
      /^environment: THROUGHLINE_TRUNK_SERVERS: trunkServers\[0\] is "trunk1"; it must be/,
    );
  });

  test('an unknown variable is refused with the nearest one', () => {
    expect(problems('', { THROUGHLINE_HTTP_PROT: '1' })).toEqual([
      'environment: THROUGHLINE_HTTP_PROT is not a setting; did you mean THROUGHLINE_HTTP_PORT?',
    ]);
  });

  test('variables of other programs, empty ones, and those that Kubernetes sets are let be', () => {
    const environment = {
      PATH: '/bin',
      THROUGHLINE_HTTP_PORT: '',
      THROUGHLINE_PORT: 'tcp://10.0.0.1:80',
      THROUGHLINE_PORT_80_TCP_ADDR: '10.0.0.1',
      THROUGHLINE_SERVICE_HOST: '10.0.0.1',
    };
    expect(config('', environment).http.port).toBe(8080);
  });
});

describe('files', () => {
  test('a file that was named must be there', () => {
    const loaded = loadConfig({ file: '/nonexistent/x.yaml', environment: {} });
    expect(loaded).toEqual({
      ok: false,
      error: ['/nonexistent/x.yaml: cannot be read (ENOENT); name a readable file with --config'],
    });
  });

  test('a link that leads nowhere is not taken for no file', () => {
    const link = join(mkdtempSync(join(tmpdir(), 'throughline-config-')), 'throughline.yaml');
    symlinkSync('gone.yaml', link);
    const problem = `${link}: is a symbolic link to gone.yaml, which is not there; mend or remove the link`;
    expect(loadConfig({ file: link, environment: {} })).toEqual({ ok: false, error: [problem] });
    const before = process.cwd();
    process.chdir(dirname(link));
    try {
      const loaded = loadConfig({ environment: {} });
      expect(!loaded.ok && loaded.error[0]).toContain('throughline.yaml: is a symbolic link to gone.yaml');
    } finally {
      process.chdir(before);
    }
  });

  test('says where each setting comes from that is not left at its default', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'throughline-config-')), 'throughline.yaml');
    writeFileSync(file, 'realm: one\npolicy:\n  homeCountry: GB\n  maxDiversions: 3\n');
    const loaded = loadConfig({ file, environment: { THROUGHLINE_POLICY_HOME_COUNTRY: 'CA' } });
    expect(loaded.ok && [...loaded.value.origins]).toEqual([
      ['realm', 'file'],
      ['policy.homeCountry', 'environment'],
      ['policy.maxDiversions', 'file'],
    ]);
  });

  test('the environment may name the file, and --config wins', () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-config-'));
    const one = join(folder, 'one.yaml');
    const two = join(folder, 'two.yaml');
    writeFileSync(one, 'realm: one\n');
    writeFileSync(two, 'realm: two\n');
    const environment = { THROUGHLINE_CONFIG: one };
    const fromEnvironment = loadConfig({ environment });
    const fromOption = loadConfig({ file: two, environment });
    expect(fromEnvironment.ok && fromEnvironment.value).toMatchObject({
      file: one,
      config: { realm: 'one' },
    });
    expect(fromOption.ok && fromOption.value).toMatchObject({ file: two, config: { realm: 'two' } });
  });
});
