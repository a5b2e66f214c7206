import { expect } from 'vitest';
import { answers, rejects, SILENT } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { ACCOUNT, ADDRESSES, at, DID, e164, GROUP, NUMBER, toNumber } from './settings.ts';

const failover = { number: toNumber };
const backup = (text: string) => ({
  failover: { backup: { kind: 'address', address: at(text) } as const, number: toNumber },
});

// Design, section 2: "Where a number may point."
atBothTrunkServers((scenario) => {
  scenario(
    'at call time a loop is refused again: the number is a DID of ours',
    {
      failover: { number: e164(NUMBER) },
      more: [{ kind: 'did', did: { number: e164(NUMBER), account: ACCOUNT, trunkGroup: GROUP } }],
    },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(stand.tried()).toEqual([]);
      expect(call.finals).toEqual([480]);
      expect(stand.attempts().at(-1)).toBe('number skipped ownDid');
    },
  );

  for (const [what, headers, refused] of [
    ['5 Diversions', 'Diversion: <sip:+13105550100@a.example>;reason=unconditional\r\n'.repeat(5), true],
    ['one Diversion with counter=5', 'Diversion: <sip:+13105550100@a.example>;counter=5\r\n', true],
    ['4 Diversions', 'Diversion: <sip:+13105550100@a.example>;reason=unconditional\r\n'.repeat(4), false],
    [
      '5 retargetings in History-Info',
      [1, 2, 3, 4, 5]
        .map((i) => `History-Info: <sip:+1310555010${i}@a.example>;index=${i};mp=1\r\n`)
        .join(''),
      true,
    ],
    [
      'History-Info without retargeting',
      [1, 2, 3, 4, 5, 6].map((i) => `History-Info: <sip:+1310555010${i}@a.example>;index=${i}\r\n`).join(''),
      false,
    ],
  ] as const) {
    scenario(
      `at call time a loop is refused again: ${what} ${refused ? 'are too many' : 'are not too many'}`,
      { failover },
      (stand) => {
        const call = stand.call({ headers });
        stand.run(1_000);
        expect(stand.tried()).toEqual(refused ? [] : ['gateway']);
        expect(call.finals).toEqual([refused ? 480 : 200]);
        if (refused) expect(stand.attempts().at(-1)).toBe('number skipped forwardedTooOften');
      },
    );
  }

  scenario('a call that was forwarded too often still reaches the PBX', { failover }, (stand) => {
    stand.register();
    const call = stand.call({ headers: 'Diversion: <sip:+13105550100@a.example>;counter=9\r\n' });
    stand.run(1_000);
    expect(call.finals).toEqual([200]);
    expect(stand.tried()).toEqual(['pbx']);
  });

  scenario('Max-Forwards 0: 483', { failover }, (stand) => {
    stand.register();
    const call = stand.call({ maxForwards: 0 });
    stand.run(1_000);
    expect(call.finals).toEqual([483]);
    expect(stand.tried()).toEqual([]);
  });

  scenario(
    'Max-Forwards 1: the PBX ends the call and may have it, a gateway may not',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = rejects(503);
      stand.call({ maxForwards: 1 });
      stand.run(1_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(stand.attempts()).toEqual(['registered rejected 503', 'number skipped noHopsLeft']);
    },
  );

  scenario('a call that comes back with our own Via: 482', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = SILENT;
    stand.call();
    stand.run(100);
    // A PBX that sends the INVITE straight back, as it came.
    const { invite } = stand.pbx.leg;
    const looped = invite.text.replace(/^INVITE \S+/, `INVITE sip:${DID}@${stand.here.place}`);
    stand.network.send(
      stand.pbx,
      stand.here.address,
      5060,
      looped.replace('\r\n', `\r\nVia: SIP/2.0/UDP ${ADDRESSES.pbx};branch=z9hG4bKloop\r\n`),
    );
    stand.run(100);
    expect(stand.responses(482, stand.here.name)).toHaveLength(1);
    expect(stand.pbx.legs).toHaveLength(1);
  });

  scenario(
    'concurrent failover legs per account are capped: the next one is not dialled',
    {
      failover,
      delivery: { legCap: 2 },
    },
    (stand) => {
      stand.gateway.behaviour = answers();
      const calls = [];
      for (let i = 0; i < 3; i += 1) {
        calls.push(stand.call());
        stand.run(1_000);
      }
      expect(calls.map(({ finals }) => finals)).toEqual([[200], [200], [480]]);
      expect(stand.here.records.at(-1)?.attempts.at(-1)?.outcome).toEqual({
        kind: 'skipped',
        cause: 'legCapReached',
      });
      calls[0]?.bye();
      stand.run(1_000);
      const again = stand.call();
      stand.run(1_000);
      expect(again.finals).toEqual([200]);
    },
  );

  scenario(
    'the cap counts no leg that was refused, cancelled or not answered',
    { failover, delivery: { legCap: 1 } },
    (stand) => {
      stand.gateway.nextBehaviours.push(rejects(486), rejects(503), SILENT, {
        steps: [{ after: 0, status: 180 }],
        onCancel: 'obey',
      });
      for (let i = 0; i < 3; i += 1) {
        stand.call();
        stand.run(5_000);
      }
      const cancelled = stand.call();
      stand.run(1_000);
      cancelled.cancel();
      stand.run(5_000);
      const last = stand.call();
      stand.run(1_000);
      expect(last.finals).toEqual([200]);
      expect(stand.gateway.legs).toHaveLength(5);
    },
  );

  scenario('the cap is 10 by default', { failover }, (stand) => {
    const calls = [];
    for (let i = 0; i < 11; i += 1) {
      calls.push(stand.call());
      stand.run(100);
    }
    expect(calls.map(({ final }) => final?.status)).toEqual([...Array<number>(10).fill(200), 480]);
  });

  scenario(
    'the cap does not hold back a backup',
    { ...backup('203.0.113.8'), delivery: { legCap: 0 } },
    (stand) => {
      const call = stand.call();
      stand.run(1_000);
      expect(call.finals).toEqual([200]);
      expect(stand.tried()).toEqual(['backup']);
    },
  );
});
