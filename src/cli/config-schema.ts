import { isIP, SocketAddress } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { parseAddressRange } from '../domain/address-policy.ts';

/**
 * One setting: its check, what a right value looks like (the end of "… must be") and what it is for. The
 * messages, the names of the environment variables and the test of the sample file all come from here.
 */
function setting<T extends z.ZodType>(schema: T, expects: string, about: string): T {
  return schema.meta({ description: about, expects });
}

const ADDRESS_EXPECTED = 'one IP address of this machine, such as 127.0.0.1 or 192.0.2.10';

/**
 * An address that can stand in Via and Record-Route and that one machine has. A zone means nothing to others,
 * and IPv4 that is mapped into IPv6 would count as the wrong family.
 */
function isOwnAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  return !['unspecified', 'multicast', 'broadcast', 'ipv4Mapped'].includes(address.range());
}

function isNameServer(text: string): boolean {
  return isIP(text) !== 0 || (SocketAddress.parse(text)?.port ?? 0) !== 0;
}

/** Those that the driver knows; it takes another one for a wish to have TLS. */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function isPostgresUrl(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\/\S{1,2000}$/.test(text) || !URL.canParse(text)) return false;
  const mode = new URL(text).searchParams.get('sslmode');
  return mode === null || SSL_MODES.includes(mode);
}

const country = z.string().refine((code) => isSupportedCountry(code));

const trunkServer = z.strictObject({
  name: setting(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    'a name of lower-case letters, digits and hyphens, such as trunk1',
    'Its name in the API, in call records and in logs.',
  ),
  address: setting(
    z.string().refine(isOwnAddress),
    `${ADDRESS_EXPECTED}; PBXs and carriers see it in Via and Record-Route, so 0.0.0.0, :: and multicast or broadcast addresses will not do`,
    'The address that it listens on.',
  ),
  port: setting(z.int().min(1).max(65_535), 'a port from 1 to 65535', 'The port that it listens on.').default(
    5060,
  ),
  handOverAddress: setting(
    z.string().refine(isOwnAddress),
    'one IP address, such as 10.0.0.10',
    'Where the trunk servers of other processes reach it, if not at its address.',
  ).optional(),
});

const trunkServers = z
  .array(trunkServer)
  .min(1)
  .max(16)
  .superRefine((servers, context) => {
    const names = new Set<string>();
    const places = new Set<string>();
    for (const [index, server] of servers.entries()) {
      const place = `${server.address} port ${server.port}`;
      if (names.has(server.name)) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'each name must occur once' });
      }
      if (places.has(place)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'port'],
          message: `another trunk server is already at ${place}; each needs its own address or port`,
        });
      }
      names.add(server.name);
      places.add(place);
    }
  });

const seconds = (about: string) =>
  setting(z.int().min(30).max(86_400), 'a number of seconds from 30 to 86400', about);

const registration = z
  .strictObject({
    minExpires: seconds('A shorter registration is refused with 423 (RFC 3261 10.3).').default(60),
    defaultExpires: seconds('For a REGISTER that names no time.').default(3_600),
    maxExpires: seconds('A longer registration is cut to this.').default(3_600),
  })
  .superRefine((value, context) => {
    if (value.minExpires > value.maxExpires) {
      context.addIssue({
        code: 'custom',
        path: ['minExpires'],
        message: `must not be above registration.maxExpires, which is ${value.maxExpires}`,
      });
    } else if (value.defaultExpires < value.minExpires || value.defaultExpires > value.maxExpires) {
      context.addIssue({
        code: 'custom',
        path: ['defaultExpires'],
        message: `must be from registration.minExpires (${value.minExpires}) to registration.maxExpires (${value.maxExpires})`,
      });
    }
  });

/** The settings of one process. Every key here is also an environment variable: see config-environment.ts. */
export const configSchema = z
  .strictObject({
    dataFolder: setting(
      z.string().min(1),
      'the path of a folder',
      'Where the store and the spools of the trunk servers live. Relative to the working directory.',
    ).default('data'),
    database: setting(
      z.string().refine(isPostgresUrl),
      'the address of a PostgreSQL database, such as postgres://throughline@db.example.com/throughline',
      'A PostgreSQL database to use instead of the SQLite file in the data folder.',
    ).optional(),
    operatorKey: setting(
      z.string().regex(/^[A-Za-z0-9._~+/-]{20,200}$/),
      'a secret of 20 to 200 letters, digits and . _ ~ + / - (such as `openssl rand -hex 24` prints)',
      'The key for the API. Without it one is made at the first start and printed once.',
    ).optional(),
    sealingKey: setting(
      z.string().regex(/^[0-9a-fA-F]{64}$/),
      'a secret of 64 hexadecimal digits, as `openssl rand -hex 32` prints',
      'Keeps SIP credentials and second factors unreadable in the database. It is needed with PostgreSQL.',
    ).optional(),
    sealingKeyFile: setting(
      z.string().min(1),
      'the path of a file that holds the sealing key',
      'A file with the sealing key, instead of sealingKey. With SQLite one is made in the data folder.',
    ).optional(),
    http: z
      .strictObject({
        address: setting(
          z.string().refine((text) => isIP(text) !== 0),
          'an IP address, such as 127.0.0.1, or 0.0.0.0 for all',
          'The address of the API.',
        ).default('127.0.0.1'),
        port: setting(
          z.int().min(0).max(65_535),
          'a port from 1 to 65535, or 0 for any free one',
          'The port of the API.',
        ).default(8080),
        trustedProxies: setting(
          z.array(z.string().refine((text) => parseAddressRange(text) !== undefined)).max(100),
          'a list of addresses and ranges such as 127.0.0.1 and 10.20.0.0/16',
          'The proxies in front of the API, which say in X-Forwarded-For where a request came from.',
        ).default([]),
      })
      .prefault({}),
    metrics: z
      .strictObject({
        address: setting(
          z.string().refine((text) => isIP(text) !== 0),
          'an IP address, such as 127.0.0.1, or 0.0.0.0 for all',
          'Where Prometheus finds /metrics. It asks for no key.',
        ).default('127.0.0.1'),
        port: setting(
          z.int().min(0).max(65_535),
          'a port from 1 to 65535, or 0 for any free one',
          'Its port. Without one there are no metrics.',
        ).optional(),
      })
      .prefault({}),
    publicUrl: setting(
      z.string().regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/),
      'the address of the portal for people, such as https://trunks.example.com',
      'What links in invitations and mails begin with. With https the login cookie is sent over HTTPS alone.',
    ).optional(),
    mail: z
      .strictObject({
        server: setting(
          z
            .string()
            .regex(/^smtps?:\/\/\S{1,2000}$/)
            .refine((text) => URL.canParse(text)),
          'the address of a mail server, such as smtp://user@mail.example.com:587 or smtps://mail.example.com',
          'The SMTP server that takes invitations and password resets. Without one, links are shown to whoever invites.',
        ).optional(),
        from: setting(
          z
            .string()
            .min(3)
            .max(320)
            .regex(/^[^\r\n]+@[^\r\n]+$/),
          'a sender, such as Trunks <trunks@example.com>',
          'The sender of the mails.',
        ).optional(),
      })
      .superRefine((value, context) => {
        if ((value.server === undefined) === (value.from === undefined)) return;
        const missing = value.server === undefined ? 'server' : 'from';
        context.addIssue({
          code: 'custom',
          path: [missing],
          message: 'mail.server and mail.from go together; give both or neither',
        });
      })
      .prefault({}),
    trunkServers: setting(
      trunkServers,
      'a list of 1 to 16 trunk servers, each with name, address and port',
      'The trunk servers of this process. A call is handed over in this order.',
    ).default([
      { name: 'trunk1', address: '127.0.0.1', port: 5060 },
      { name: 'trunk2', address: '127.0.0.1', port: 5070 },
    ]),
    realm: setting(
      z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/),
      '1 to 64 printable characters without spaces, quotes and backslashes',
      'The digest realm. SIP passwords are kept hashed with it, so changing it makes them all invalid.',
    ).default('throughline'),
    digestAlgorithms: setting(
      z
        .array(z.enum(['MD5', 'SHA-256']))
        .min(1)
        .max(2)
        .refine((list) => new Set(list).size === list.length),
      'a list of MD5 and SHA-256, each at most once',
      'Offered to PBXs in this order (RFC 8760). MD5 comes first because some PBXs give up at a SHA-256 challenge.',
    ).default(['MD5', 'SHA-256']),
    registration: registration.prefault({}),
    nameServers: setting(
      z.array(z.string().refine(isNameServer)).max(8),
      'a list of IP addresses, each with a port where it is not 53, such as 192.0.2.53 or 127.0.0.1:5353',
      "Name servers to ask instead of the machine's.",
    ).default([]),
    policy: z
      .strictObject({
        homeCountry: setting(
          country,
          'an ISO country code in capitals, such as US',
          'The country whose numbering plan completes numbers that come without +.',
        ).default('US'),
        allowedCountries: setting(
          z.array(country).max(250),
          'a list of ISO country codes in capitals, such as [CA, MX]',
          'Countries to which failover numbers may point besides the home country.',
        ).default([]),
        blockedPrefixes: setting(
          z.array(z.string().regex(/^\+[1-9]\d{0,14}$/)).max(1_000),
          'a list of beginnings of E.164 numbers in quotes, such as ["+1268", "+1876"]',
          'Numbers to which failover may not point although their country is allowed.',
        ).default([]),
        allowedRanges: setting(
          z.array(z.string().refine((text) => parseAddressRange(text) !== undefined)).max(1_000),
          'a list of addresses and ranges such as 10.20.30.40 and 10.20.0.0/16',
          'Loopback, private and other special ranges to which backup PBXs may point all the same.',
        ).default([]),
        maxDiversions: setting(
          z.int().min(1).max(20),
          'a number from 1 to 20',
          'A call that was forwarded this often before it came is not sent to a failover number.',
        ).default(5),
      })
      .prefault({}),
    delivery: z
      .strictObject({
        sharedRegistrations: setting(
          z.boolean(),
          'true or false',
          'For new accounts: try bindings at the other trunk servers before the backup.',
        ).default(false),
      })
      .prefault({}),
    log: z
      .strictObject({
        level: setting(
          z.enum(['debug', 'info', 'warn', 'error']),
          'debug, info, warn or error',
          'The least that is logged.',
        ).default('info'),
        format: setting(
          z.enum(['auto', 'json', 'text']),
          'json, text, or auto, which means text on a terminal and json elsewhere',
          'How log lines are written to standard output.',
        ).default('auto'),
      })
      .prefault({}),
  })
  .superRefine(({ http, metrics }, context) => {
    if (metrics.port !== http.port || http.port === 0 || metrics.address !== http.address) return;
    const message = `the API is at ${http.address} port ${http.port} already; choose another port`;
    context.addIssue({ code: 'custom', path: ['metrics', 'port'], message });
  })
  .superRefine((value, context) => {
    if (value.sealingKey === undefined || value.sealingKeyFile === undefined) return;
    const message = 'sealingKey is given too; give one of the two';
    context.addIssue({ code: 'custom', path: ['sealingKeyFile'], message });
  });

export type Config = z.output<typeof configSchema>;
