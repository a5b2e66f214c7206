import { expect, test } from 'vitest';
import { trunkServerId } from '../domain/ids.ts';
import { banner } from './banner.ts';

test('the address of a trunk server can be told from its port', () => {
  const text = banner({
    version: '1.2.3',
    url: 'http://127.0.0.1:8080',
    trunkServers: [
      { id: trunkServerId('trunk1'), address: '192.0.2.10', port: 5060 },
      { id: trunkServerId('trunk2'), address: '2001:db8::11', port: 5060 },
    ],
    settingsFile: undefined,
    dataFolder: '/srv/throughline/data',
    freshOperatorKey: undefined,
    setupLink: undefined,
  });
  expect(text).toContain('trunk1 192.0.2.10:5060, trunk2 [2001:db8::11]:5060 (UDP)');
});
