import { expect } from 'vitest';
import { HeaderId } from '../../src/sip/message/header-name.ts';
import { answers, onCancel, rings, ringsThen, SILENT } from './behaviour.ts';
import { header } from './caller.ts';
import { atBothTrunkServers } from './scenario.ts';
import { at, toBackup, toNumber } from './settings.ts';

const failover = { backup: toBackup, number: toNumber };

/** Says nothing for so long, then answers. */
const answersLate = (after: number) => ({ steps: [{ after, status: 200 }], onCancel: 'ignore' }) as const;

// Design, section 2: "A CANCEL stops the hunt at once. Two answered legs never remain …"
atBothTrunkServers((scenario) => {
  scenario(
    'a CANCEL stops the hunt at once: a PBX that rings is cancelled, 487 to the carrier',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = ringsThen(200, 30_000);
      const call = stand.call();
      stand.run(5_000);
      call.cancel();
      stand.run(60_000);
      expect(stand.sent('INVITE', 'CANCEL')).toEqual(['0 INVITE pbx', '5000 CANCEL pbx']);
      expect(call.cancelExchange?.status).toBe(200);
      expect(call.finals).toEqual([487]);
      expect(stand.attempts()).toEqual(['registered cancelled']);
      expect(stand.record().finalStatus).toBe(487);
    },
  );

  scenario('the CANCEL that a PBX gets is the one of its INVITE (9.1)', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = rings();
    const call = stand.call();
    stand.run(1_000);
    call.cancel();
    stand.run(1_000);
    const [cancel] = stand.requests('CANCEL', stand.here.name, 'pbx');
    const { invite } = stand.pbx.leg;
    expect(cancel?.message.uri).toBe(invite.uri);
    expect(cancel?.message.via.branch).toBe(invite.via.branch);
    expect(header(cancel?.message, HeaderId.To)).toBe(header(invite, HeaderId.To));
    expect(cancel?.message.cseq).toBe(invite.cseq);
    expect(cancel?.message.headers.elements(HeaderId.Via)).toHaveLength(1);
  });

  scenario(
    'a CANCEL while the PBX is silent: 487 at once and nothing follows; without a provisional response it cannot be cancelled (9.1)',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = SILENT;
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(60_000);
      expect(stand.tried()).toEqual(['pbx']);
      expect(stand.sent('CANCEL')).toEqual([]);
      expect(call.finals).toEqual([487]);
      expect(call.finalAfter).toBe(1_010);
    },
  );

  scenario('a CANCEL while the backup rings', { failover }, (stand) => {
    stand.backup.behaviour = rings();
    const call = stand.call();
    stand.run(2_000);
    call.cancel();
    stand.run(60_000);
    expect(stand.sent('INVITE', 'CANCEL')).toEqual(['0 INVITE backup', '2000 CANCEL backup']);
    expect(call.finals).toEqual([487]);
  });

  scenario('a CANCEL while the number rings', { failover: { number: toNumber } }, (stand) => {
    stand.gateway.behaviour = rings();
    const call = stand.call();
    stand.run(2_000);
    call.cancel();
    stand.run(60_000);
    expect(stand.sent('INVITE', 'CANCEL')).toEqual(['0 INVITE gateway', '2000 CANCEL gateway']);
    expect(call.finals).toEqual([487]);
  });

  scenario(
    'a CANCEL while the DNS is asked for the backup',
    {
      failover: { backup: { kind: 'address', address: at('pbx.customer.example') }, number: toNumber },
    },
    (stand) => {
      stand.network.setDns('SRV', '_sip._udp.pbx.customer.example', 'silent');
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(60_000);
      expect(stand.tried()).toEqual([]);
      expect(call.finals).toEqual([487]);
      expect(stand.attempts()).toEqual(['registered skipped notRegistered', 'backup cancelled']);
    },
  );

  scenario('a PBX that ignores the CANCEL does not keep the call: 487 after 64*T1', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = onCancel(rings(), 'ignore');
    const call = stand.call();
    stand.run(1_000);
    call.cancel();
    stand.run(60_000);
    expect(call.finals).toEqual([487]);
    expect(call.finalAfter).toBeLessThanOrEqual(33_020);
    expect(stand.tried()).toEqual(['pbx']);
  });

  scenario(
    'a PBX that answers as the CANCEL comes: the carrier gets the 200 and hangs up itself',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = onCancel(rings(), 'answer');
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(60_000);
      expect(call.finals).toEqual([200]);
      expect(stand.pbx.leg.state).toBe('ended');
      expect(stand.requests('BYE', 'carrier')).toHaveLength(1);
      expect(stand.attempts()).toEqual(['registered answered']);
    },
  );

  scenario(
    'a PBX that was silent answers after the 487: we end that leg ourselves with ACK and BYE',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = answersLate(3_000);
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(60_000);
      expect(call.finals).toEqual([487]);
      expect(stand.pbx.leg.acknowledged).toBe(true);
      expect(stand.pbx.leg.state).toBe('ended');
      expect(stand.sent('ACK', 'BYE')).toEqual(['3010 ACK pbx', '3010 BYE pbx']);
    },
  );

  scenario(
    'a PBX that was silent says 180 after the 487: it is cancelled then (9.1)',
    { failover },
    (stand) => {
      stand.register();
      stand.pbx.behaviour = { steps: [{ after: 3_000, status: 180 }], onCancel: 'obey' };
      const call = stand.call();
      stand.run(1_000);
      call.cancel();
      stand.run(60_000);
      expect(call.statuses).toEqual([100, 487]);
      expect(stand.sent('CANCEL')).toEqual(['3010 CANCEL pbx']);
      expect(stand.pbx.leg.state).toBe('refused');
    },
  );

  scenario('a CANCEL after the answer changes nothing (9.2)', { failover }, (stand) => {
    stand.register();
    stand.pbx.behaviour = answers(1_000);
    const call = stand.call();
    // It is on its way while the 200 is.
    stand.run(1_012);
    call.cancel();
    stand.run(10_000);
    expect(stand.sent('CANCEL')).toEqual([]);
    expect(call.finals).toEqual([200]);
    expect(stand.attempts()).toEqual(['registered answered']);
  });

  scenario('a CANCEL for nothing: 481', {}, (stand) => {
    const call = stand.call();
    stand.run(1_000);
    const { invite } = call;
    const text = invite.text
      .replace('INVITE ', 'CANCEL ')
      .replace('1 INVITE', '1 CANCEL')
      .replace(invite.via.branch ?? '', 'z9hG4bK-of-nothing');
    stand.carrier.sendText(`sip:${stand.here.place}`, text);
    stand.run(1_000);
    expect(stand.responses(481, stand.here.name)).toHaveLength(1);
  });
});
