import { expect } from 'vitest';
import { SILENT } from './behaviour.ts';
import { atBothTrunkServers } from './scenario.ts';
import { toBackup, toNumber } from './settings.ts';

atBothTrunkServers((scenario) => {
  scenario(
    'no response at all from a target: 4 s (INVITE at 0, 0.5, 1.5, 3.5 s)',
    { failover: { backup: toBackup, number: toNumber } },
    (stand) => {
      stand.backup.behaviour = SILENT;
      const call = stand.call();
      stand.run(10_000);
      expect(stand.invites()).toEqual([
        '0 backup',
        '500 backup',
        '1500 backup',
        '3500 backup',
        '4000 gateway',
      ]);
      expect(call.finals).toEqual([200]);
      expect(stand.attempts()).toEqual([
        'registered skipped notRegistered',
        'backup noResponse silent',
        'number answered',
      ]);
      expect(call.bye().status).toBe(undefined);
    },
  );
});
