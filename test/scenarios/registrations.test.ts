import { expect } from 'vitest';
import type { Binding } from '../../src/domain/binding.ts';
import type { SnapshotRow } from '../../src/link/routing.ts';
import { SEALED_AS } from '../../src/link/sealing.ts';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { buildRequest } from '../../src/sip/message/request.ts';
import { SEALING_KEY } from '../support/sealing-key.ts';
import { header } from './caller.ts';
import { Exchange } from './dialog.ts';
import { REGISTERING } from './pbx.ts';
import { atBothTrunkServers } from './scenario.ts';
import {
  DID,
  e164,
  GROUP,
  OTHER_GROUP,
  PASSWORD,
  REALM,
  toNumber,
  trunkGroup,
  withOldPassword,
} from './settings.ts';
import type { Stand } from './stand.ts';

function bound(stand: Stand): readonly Binding[] {
  return stand.here.events.flatMap((event) => (event.kind === 'bound' ? [event.binding] : []));
}

/** Sends one request outside dialogs from the PBX. */
function ask(
  stand: Stand,
  method: string,
  headers = '',
  uri = `sip:${stand.here.place}`,
  maxForwards = 70,
): Exchange {
  const branch = stand.pbx.newBranch();
  const exchange = new Exchange();
  const text = buildRequest({
    method,
    uri,
    via: stand.pbx.via(branch),
    from: `<sip:acme@${REALM}>;tag=${stand.pbx.unique('t')}`,
    to: `<sip:${REALM}>`,
    callId: stand.pbx.unique('c'),
    cseq: 1,
    maxForwards,
    headers,
  });
  stand.pbx.layer.sendNonInvite(
    method,
    text,
    branch,
    stand.pbx.flowTo(`sip:${stand.here.place}`),
    exchange,
    stand.network.now,
  );
  stand.run(REGISTERING);
  return exchange;
}

// RFC 3261 section 10 as PBXs meet it.
atBothTrunkServers((scenario) => {
  scenario(
    'a new password without an overlap: the old one is refused at once; the binding stays until it expires',
    {},
    (stand) => {
      const NEW = 'battery staple';
      stand.register();
      stand.change({ kind: 'trunkGroup', trunkGroup: trunkGroup(GROUP, 'acme', undefined, NEW) });
      const old = stand.pbx.register(stand.here.place);
      stand.run(5_000);
      expect(old.responses.map(({ status }) => status)).not.toContain(200);
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(stand.tried()).toEqual(['pbx']);
      stand.register(stand.here, stand.pbx, { password: NEW });
    },
  );

  scenario('a REGISTER behind an empty line (7.5) is answered as any other', {}, (stand) => {
    const { address, port } = stand.pbx;
    const text = [
      `\r\nREGISTER sip:${REALM} SIP/2.0`,
      `Via: ${stand.pbx.via(stand.pbx.newBranch())}`,
      `From: <sip:acme@${REALM}>;tag=1`,
      `To: <sip:acme@${REALM}>`,
      'Call-ID: behind-an-empty-line',
      'CSeq: 1 REGISTER',
      'Content-Length: 0',
    ].join('\r\n');
    stand.here.receive(`${text}\r\n\r\n`, address, port, stand.network.now);
    stand.run(REGISTERING);
    expect(stand.network.trace.map(({ text: sent }) => sent.split('\r\n')[0])).toEqual([
      'SIP/2.0 401 Unauthorized',
    ]);
  });

  for (const [sealedFor, status] of [
    [GROUP, 200],
    [OTHER_GROUP, 401],
  ] as const) {
    scenario(`HA1s that came sealed, for ${sealedFor}: ${status}`, {}, (stand) => {
      const account = stand.here.server.table.accounts.values().next().value;
      if (account === undefined) throw new Error('there is no account');
      const { ha1, ...names } = trunkGroup();
      const sealed = {
        md5: SEALING_KEY.seal(ha1.md5, SEALED_AS.ha1(sealedFor, 'MD5')),
        sha256: SEALING_KEY.seal(ha1.sha256, SEALED_AS.ha1(sealedFor, 'SHA-256')),
      };
      const rows: readonly SnapshotRow[] = [
        { kind: 'account', account },
        { kind: 'sealedTrunkGroup', trunkGroup: { ...names, sealed } },
      ];
      stand.here.command(
        { kind: 'snapshotBegin' },
        { kind: 'snapshotRows', json: JSON.stringify(rows) },
        { kind: 'snapshotDids', lines: `${DID} ${GROUP}` },
        { kind: 'snapshotEnd', revision: 2 },
      );
      expect(stand.here.server.table.dids.get(e164(DID))?.account).toBe(account.id);
      stand.here.posted.length = 0;
      for (let times = 0; times < 2; times += 1) {
        const registering = stand.pbx.register(stand.here.place);
        stand.run(REGISTERING);
        expect(registering.status).toBe(status);
      }
      const logged = stand.here.posted.filter(({ kind }) => kind === 'log');
      expect(logged).toEqual(
        status === 200 ? [] : [expect.objectContaining({ fields: { trunkGroup: GROUP } })],
      );
    });
  }

  for (const algorithm of ['MD5', 'SHA-256'] as const) {
    scenario(`a new password with an overlap: both are taken until it ends (${algorithm})`, {}, (stand) => {
      const NEW = 'battery staple';
      const until = stand.network.now + 600_000;
      const renewed = trunkGroup(GROUP, 'acme', undefined, NEW);
      stand.change({ kind: 'trunkGroup', trunkGroup: withOldPassword(renewed, PASSWORD, until) });
      const uses = () => stand.here.events.filter(({ kind }) => kind === 'oldPasswordUsed');
      const tried = (password: string) => {
        const registering = stand.pbx.register(stand.here.place, { password, algorithm });
        stand.run(REGISTERING);
        return registering.status;
      };
      expect(tried(NEW)).toBe(200);
      expect(uses()).toEqual([]);
      const from = stand.network.now;
      expect(tried(PASSWORD)).toBe(200);
      expect(uses()).toEqual([{ kind: 'oldPasswordUsed', trunkGroup: GROUP, at: expect.any(Number) }]);
      expect(uses()[0]).toHaveProperty('at', expect.closeTo(from + REGISTERING / 2, -2));
      expect(tried('neither')).toBe(401);
      stand.run(until - stand.network.now - 2 * REGISTERING);
      expect(tried(PASSWORD)).toBe(200);
      stand.run(2 * REGISTERING);
      expect(tried(PASSWORD)).toBe(401);
      expect(tried(NEW)).toBe(200);
      expect(uses()).toHaveLength(2);
    });

    scenario(`a PBX registers with digest ${algorithm} (RFC 8760)`, {}, (stand) => {
      const { responses, bindings } = stand.register(stand.here, stand.pbx, { algorithm });
      expect(responses.map(({ status }) => status)).toEqual([401, 200]);
      expect(bindings).toHaveLength(1);
      expect(bindings[0]).toContain(`<${stand.pbx.contact}>`);
      expect(bindings[0]).toContain('expires=3600');
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
    });
  }

  scenario('what was confirmed to the PBX is in the spool by then', {}, (stand) => {
    stand.register();
    const [binding] = bound(stand);
    expect(binding).toMatchObject({
      trunkServer: stand.here.name,
      trunkGroup: GROUP,
      contact: stand.pbx.contact,
      userAgent: 'Scenario PBX',
      source: { transport: 'UDP', address: '203.0.113.5', port: 5060 },
    });
  });

  for (const [what, options] of [
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { username: 'nobody', aor: `sip:nobody@${REALM}` }],
  ] as const) {
    scenario(`the same answer for ${what}: 401 again`, {}, (stand) => {
      const registering = stand.pbx.register(stand.here.place, options);
      stand.run(REGISTERING);
      expect(registering.responses.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
        '401 Unauthorized',
        '401 Unauthorized',
      ]);
      const challenges = registering.responses.at(-1)?.headers.values(HeaderId.WwwAuthenticate) ?? [];
      expect(challenges).toHaveLength(2);
      expect(challenges.join()).not.toContain('stale=true');
      expect(stand.here.server.health(stand.network.now).bindings).toBe(0);
    });
  }

  scenario(
    'an AOR that belongs to another trunk group: 403',
    {
      more: [{ kind: 'trunkGroup', trunkGroup: trunkGroup(OTHER_GROUP, 'acme-branch') }],
    },
    (stand) => {
      const registering = stand.pbx.register(stand.here.place, { aor: `sip:acme-branch@${REALM}` });
      stand.run(REGISTERING);
      expect(registering.status).toBe(403);
      expect(stand.here.server.health(stand.network.now).bindings).toBe(0);
    },
  );

  scenario('expiry below the least: 423 with Min-Expires; above the most: shortened', {}, (stand) => {
    const short = stand.pbx.register(stand.here.place, { expires: 30 });
    stand.run(REGISTERING);
    expect(short.status).toBe(423);
    expect(header(short.responses.at(-1), HeaderId.MinExpires)).toBe('60');
    const long = stand.register(stand.here, stand.pbx, { expires: 86_400 });
    expect(long.bindings[0]).toContain('expires=3600');
  });

  scenario(
    'a binding ends when its time is over: the call goes on to the number',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register(stand.here, stand.pbx, { expires: 60 });
      stand.run(59_000);
      stand.call();
      stand.run(1_000);
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx', 'gateway']);
    },
  );

  for (const [what, options] of [
    ['expires=0', { expires: 0 }],
    ['Contact: *', { expires: 0, contacts: ['*'] }],
  ] as const) {
    scenario(`a PBX unregisters with ${what}`, { failover: { number: toNumber } }, (stand) => {
      stand.register();
      const { bindings } = stand.register(stand.here, stand.pbx, options);
      expect(bindings).toEqual([]);
      stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual(['gateway']);
      expect(stand.here.events.some(({ kind }) => kind === 'unbound')).toBe(true);
    });
  }

  scenario('a REGISTER without Contact tells the bindings and changes none', {}, (stand) => {
    stand.register();
    const { bindings } = stand.register(stand.here, stand.pbx, { contacts: [] });
    expect(bindings).toHaveLength(1);
    expect(bound(stand)).toHaveLength(1);
  });

  scenario('after a restart the bindings that were confirmed are there again and take calls', {}, (stand) => {
    const nated = stand.pbxOf(
      { name: 'nated', address: '203.0.113.77', port: 40_123, believes: '10.0.0.7:5060' },
      'acme',
    );
    stand.register();
    stand.register(stand.here, nated);
    stand.here.restart();
    stand.here.command({ kind: 'bindings', bindings: bound(stand) });
    stand.load(stand.here);
    const call = stand.call();
    stand.run(1_000);
    expect(stand.tried()).toEqual(['nated']);
    expect(call.finals).toEqual([200]);
    expect(stand.here.server.health(stand.network.now).bindings).toBe(2);
  });

  scenario('registrations at one trunk server are not known at the other', {}, (stand) => {
    stand.register(stand.here);
    expect(stand.here.server.health(stand.network.now).bindings).toBe(1);
    expect(stand.other.server.health(stand.network.now).bindings).toBe(0);
  });

  scenario('no more than 10 bindings for one trunk group', {}, (stand) => {
    for (let i = 0; i < 14; i += 1) {
      stand.pbx.register(stand.here.place, { contacts: [`<sip:acme@203.0.113.5:${6_000 + i}>`] });
      stand.run(REGISTERING);
    }
    expect(stand.here.server.health(stand.network.now).bindings).toBeLessThanOrEqual(10);
    expect(stand.here.server.health(stand.network.now).bindings).toBeGreaterThan(0);
  });

  scenario('OPTIONS is answered: keep-alive of PBXs', {}, (stand) => {
    const exchange = ask(stand, 'OPTIONS');
    expect(exchange.status).toBe(200);
    expect(header(exchange.responses[0], HeaderId.Allow)).toContain('INVITE');
    expect(ask(stand, 'OPTIONS', '', `sip:${stand.here.place}`, 0).status).toBe(200);
  });

  scenario('methods that we have no use for outside dialogs: 405 with Allow', {}, (stand) => {
    for (const method of ['SUBSCRIBE', 'PUBLISH', 'MESSAGE', 'FOO']) {
      const exchange = ask(stand, method);
      expect(exchange.status, method).toBe(405);
      expect(header(exchange.responses[0], HeaderId.Allow)).toContain('REGISTER');
    }
  });

  scenario(
    'the delivery plan that is asked for is the one that a call follows',
    { failover: { number: toNumber } },
    (stand) => {
      stand.register();
      stand.here.command({ kind: 'planQuery', query: 7, did: e164(DID) });
      const answer = stand.here.posted.at(-1);
      expect(answer).toMatchObject({
        kind: 'planAnswer',
        query: 7,
        answer: {
          trunkServer: stand.here.name,
          revision: 1,
          plan: {
            attempts: [
              { reason: { kind: 'registered' }, target: { kind: 'bindings', trunkGroup: GROUP } },
              { reason: { kind: 'number', source: 'account' } },
            ],
          },
          bindings: [{ contact: stand.pbx.contact }],
        },
      });
    },
  );
});
