import { expect } from 'vitest';
import { answers, type Behaviour, rejects, SILENT } from './behaviour.ts';
import type { OutgoingCall } from './caller.ts';
import type { Exchange } from './dialog.ts';
import { atBothTrunkServers } from './scenario.ts';
import { toBackup, toNumber } from './settings.ts';

const MIX: readonly Behaviour[] = [answers(), rejects(503), SILENT, rejects(486), rejects(500, 1_000)];

/** Of the virtual network, in ms. */
const LATENCY = 5;

atBothTrunkServers((scenario) => {
  scenario(
    '500 calls at once, each by its own PBX behaviour: none is lost or mixed up',
    {
      failover: { backup: toBackup, number: toNumber },
      delivery: { legCap: 10_000 },
    },
    (stand) => {
      stand.register();
      for (let i = 0; i < 500; i += 1) stand.pbx.nextBehaviours.push(MIX[i % MIX.length] ?? SILENT);
      const calls = [];
      for (let i = 0; i < 500; i += 1) {
        calls.push(stand.call());
        stand.run(2);
      }
      stand.run(20_000);
      for (const [i, call] of calls.entries())
        expect(call.finals, `call ${i}`).toEqual([i % 5 === 3 ? 486 : 200]);
      expect(stand.here.records).toHaveLength(500);
      expect(stand.pbx.legs.filter(({ up }) => up)).toHaveLength(100);
      expect(stand.backup.legs.filter(({ up }) => up)).toHaveLength(300);
      for (const call of calls) if (call.finals[0] === 200) call.bye();
      stand.run(5_000);
      expect(stand.phones.flatMap(({ legs }) => legs.filter(({ up }) => up))).toHaveLength(0);
      const { calls: counted, recordsLost, discarded } = stand.here.server.health(stand.network.now);
      expect({ counted, recordsLost, discarded }).toEqual({ counted: 500, recordsLost: 0, discarded: 0 });
    },
  );

  scenario(
    'while many calls come, an ACK and a BYE wait for other work: 50 ms at most, and nothing in their dialog overtakes them',
    {},
    (stand) => {
      stand.register();
      const calls: OutgoingCall[] = [];
      const infos: Exchange[] = [];
      for (let i = 0; i < 200; i += 1) {
        calls.push(stand.call());
        stand.run(2);
        const answered = calls[infos.length];
        // The INFO follows its ACK at once.
        if (answered?.final !== undefined) infos.push(answered.dialog.request('INFO', stand.network.now));
      }
      stand.run(1_000);
      for (const call of calls) {
        call.bye();
        stand.run(2);
      }
      stand.run(1_000);
      expect(infos.length).toBeGreaterThan(100);
      expect(infos.filter(({ status }) => status !== 200)).toEqual([]);
      expect(stand.pbx.legs.filter(({ up }) => up)).toEqual([]);
      for (const [i, leg] of stand.pbx.legs.entries()) {
        const methods = leg.requests.map(({ method }) => method);
        expect(methods).toEqual(i < infos.length ? ['ACK', 'INFO', 'BYE'] : ['ACK', 'BYE']);
      }
      for (const method of ['ACK', 'BYE']) {
        const came = stand.requests(method, 'carrier', stand.here.name);
        const went = stand.requests(method, stand.here.name, 'pbx');
        const sentAt = new Map(went.map(({ at, message }) => [message.callId, at]));
        const waits = came.map(
          ({ at, message }) => (sentAt.get(message.callId) ?? Number.NaN) - at - LATENCY,
        );
        expect(waits).toHaveLength(calls.length);
        expect(Math.min(...waits)).toBe(0);
        expect(Math.max(...waits)).toBeGreaterThan(0);
        expect(Math.max(...waits)).toBeLessThanOrEqual(50);
      }
    },
  );

  scenario(
    'while the disk is full calls and registrations go on, and their records come later',
    {},
    (stand) => {
      stand.here.diskFull = true;
      stand.register();
      for (let i = 0; i < 100; i += 1) {
        stand.call();
        stand.run(20);
      }
      stand.run(5_000);
      expect(stand.pbx.legs).toHaveLength(100);
      expect(stand.here.events).toHaveLength(0);
      stand.here.diskFull = false;
      stand.run(2_000);
      expect(stand.here.events[0]?.kind).toBe('bound');
      expect(stand.here.records).toHaveLength(100);
      expect(stand.here.server.health(stand.network.now).recordsLost).toBe(0);
    },
  );

  scenario('garbage on the wire is counted, not answered, and the calls go on', {}, (stand) => {
    stand.register();
    const before = stand.network.trace.length;
    for (const text of [
      '',
      '\r\n\r\n',
      '\u0000\u0001\u0002',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'SIP/2.0 200\r\n\r\n',
    ]) {
      stand.network.send(stand.carrier, stand.here.address, 5060, text);
    }
    stand.run(1_000);
    expect(stand.network.trace.length).toBe(before + 5);
    expect(stand.here.server.health(stand.network.now).discarded).toBe(5);
    const call = stand.call();
    stand.run(1_000);
    expect(call.finals).toEqual([200]);
    // The common checks look at calls alone.
    stand.network.trace.splice(before, 5);
  });

  scenario('a response to nothing that we sent is dropped', {}, (stand) => {
    stand.register();
    const call = stand.call();
    stand.run(1_000);
    const before = stand.network.trace.length;
    const [answer] = stand.responses(200, 'pbx', stand.here.name);
    const text = answer?.message.text.replace(/branch=z9hG4bK[^;\r]+/, 'branch=z9hG4bK-not-ours') ?? '';
    stand.pbx.sendText(`sip:${stand.here.place}`, text);
    stand.run(1_000);
    expect(stand.network.trace.length).toBe(before + 1);
    expect(call.finals).toEqual([200]);
  });

  scenario(
    'a revision that is missing: the trunk server asks for a snapshot and routes on meanwhile',
    {
      failover: { number: toNumber },
    },
    (stand) => {
      stand.here.command({ kind: 'change', revision: 5, changes: [] });
      expect(stand.here.posted.at(-1)).toEqual({ kind: 'snapshotNeeded' });
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(stand.here.server.health(stand.network.now).revision).toBe(1);
    },
  );

  scenario(
    'while a snapshot comes in, calls are routed by the old table',
    { failover: { number: toNumber } },
    (stand) => {
      stand.here.command({ kind: 'snapshotBegin' });
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      stand.here.command({ kind: 'snapshotEnd', revision: 2 });
      const unknown = stand.call();
      stand.run(1_000);
      expect(unknown.finals).toEqual([403]);
    },
  );
});
