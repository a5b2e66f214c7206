import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryPlan } from '../domain/delivery.ts';
import type { FailoverSettings } from '../domain/failover-settings.ts';
import { gatewayId, trunkGroupId, trunkServerId } from '../domain/ids.ts';
import { type E164, parseE164 } from '../domain/phone-number.ts';
import { effectiveFailover } from './effective-settings.ts';
import { type DeliveryFacts, planDelivery } from './plan-delivery.ts';

function e164(text: string): E164 {
  const number = parseE164(text);
  if (number === undefined) throw new Error(text);
  return number;
}

const DID_NUMBER = e164('+12125550101');
const ACCOUNT_NUMBER = e164('+12125550102');
const DID_BACKUP = {
  kind: 'address',
  address: { host: { kind: 'ipv4', address: '198.51.100.1' } },
} as const;
const ACCOUNT_BACKUP = {
  kind: 'address',
  address: { host: { kind: 'ipv4', address: '198.51.100.2' } },
} as const;
const OWN_GROUP = trunkGroupId('head-office');
const OTHER_GROUP = trunkGroupId('branch');

const FACTS: DeliveryFacts = {
  suspended: false,
  trunkGroup: OWN_GROUP,
  registeredHere: true,
  handedOver: false,
  failover: effectiveFailover(undefined, undefined),
  sharedRegistrations: false,
  otherTrunkServers: [trunkServerId('trunk2'), trunkServerId('trunk3')],
  backupGroup: 'registered',
  backupAllowed: true,
  backupTransportSupported: true,
  gateways: [gatewayId('gw1'), gatewayId('gw2')],
  numberIsOwnDid: false,
  numberAllowed: true,
  diversionCount: 0,
  maxDiversions: 5,
  maxForwards: 70,
  legsUp: 0,
  legCap: 10,
};

/** One word for each attempt: what it calls, whose setting or why, and the cause if it is skipped. */
function words(plan: DeliveryPlan): readonly string[] {
  return plan.attempts.map(({ reason, target, skip }) => {
    const by = 'source' in reason ? `(${reason.source})` : 'why' in reason ? `(${reason.why})` : '';
    return `${what(target)}${by}${skip === undefined ? '' : ` skipped: ${skip}`}`;
  });
}

function what(target: DeliveryPlan['attempts'][number]['target']): string {
  switch (target.kind) {
    case 'bindings':
      return target.trunkGroup;
    case 'trunkServer':
      return target.trunkServer;
    case 'address':
      return target.address.host.kind === 'name' ? target.address.host.name : target.address.host.address;
    case 'number':
      return target.number;
  }
}

function plan(
  did: FailoverSettings | undefined,
  account: FailoverSettings | undefined,
  facts: Partial<DeliveryFacts> = {},
): readonly string[] {
  return words(planDelivery({ ...FACTS, failover: effectiveFailover(did, account), ...facts }));
}

describe('neither DID nor account has failover settings', () => {
  test('the registered PBX, then the other trunk servers in their order', () => {
    expect(plan(undefined, undefined)).toEqual([
      'head-office',
      'trunk2(noFailoverSettings)',
      'trunk3(noFailoverSettings)',
    ]);
  });

  test('an unregistered PBX stays on the plan with its cause', () => {
    expect(plan(undefined, undefined, { registeredHere: false })).toEqual([
      'head-office skipped: notRegistered',
      'trunk2(noFailoverSettings)',
      'trunk3(noFailoverSettings)',
    ]);
  });

  test('with one trunk server there is the registered PBX alone', () => {
    expect(plan(undefined, undefined, { otherTrunkServers: [] })).toEqual(['head-office']);
  });
});

describe('failover settings exist, on the DID or on the account', () => {
  const full: FailoverSettings = { backup: DID_BACKUP, number: DID_NUMBER };

  test('the call is not handed to another trunk server', () => {
    expect(plan(full, undefined)).toEqual(['head-office', '198.51.100.1(did)', '+12125550101(did)']);
    expect(plan(undefined, { number: ACCOUNT_NUMBER })).toEqual(['head-office', '+12125550102(account)']);
    expect(plan({ backup: DID_BACKUP }, undefined)).toEqual(['head-office', '198.51.100.1(did)']);
  });

  test('with shared registrations the bindings at the other trunk servers are tried before the backup', () => {
    expect(plan(full, undefined, { sharedRegistrations: true })).toEqual([
      'head-office',
      'trunk2(sharedRegistrations)',
      'trunk3(sharedRegistrations)',
      '198.51.100.1(did)',
      '+12125550101(did)',
    ]);
  });

  test("the DID's backup and number replace the account's", () => {
    expect(plan(full, { backup: ACCOUNT_BACKUP, number: ACCOUNT_NUMBER })).toEqual([
      'head-office',
      '198.51.100.1(did)',
      '+12125550101(did)',
    ]);
  });

  test("a DID that sets only a number keeps the account's backup", () => {
    expect(plan({ number: DID_NUMBER }, { backup: ACCOUNT_BACKUP, number: ACCOUNT_NUMBER })).toEqual([
      'head-office',
      '198.51.100.2(account)',
      '+12125550101(did)',
    ]);
  });

  test("a DID that sets only a backup keeps the account's number", () => {
    expect(plan({ backup: DID_BACKUP }, { backup: ACCOUNT_BACKUP, number: ACCOUNT_NUMBER })).toEqual([
      'head-office',
      '198.51.100.1(did)',
      '+12125550102(account)',
    ]);
  });

  test('the number is dialled over the gateways in the order given', () => {
    const { attempts } = planDelivery({ ...FACTS, failover: effectiveFailover(full, undefined) });
    expect(attempts.at(-1)?.target).toEqual({
      kind: 'number',
      number: DID_NUMBER,
      gateways: [gatewayId('gw1'), gatewayId('gw2')],
    });
  });
});

test.each([false, true])(
  'a call that was handed over tries only our own bindings (registered: %s)',
  (registeredHere) => {
    const facts = { handedOver: true, registeredHere, sharedRegistrations: true };
    const only = registeredHere ? 'head-office' : 'head-office skipped: notRegistered';
    expect(plan(undefined, undefined, facts)).toEqual([only]);
    expect(plan({ backup: DID_BACKUP, number: DID_NUMBER }, undefined, facts)).toEqual([only]);
  },
);

describe('a backup that is skipped, and why', () => {
  const toGroup: FailoverSettings = { backup: { kind: 'trunkGroup', trunkGroup: OTHER_GROUP } };

  test('another trunk group is called by its bindings here', () => {
    expect(plan(toGroup, undefined)).toEqual(['head-office', 'branch(did)']);
  });

  test.each<[string, FailoverSettings, Partial<DeliveryFacts>]>([
    ['branch(did) skipped: notRegistered', toGroup, { backupGroup: 'notRegistered' }],
    ['branch(did) skipped: noSuchTrunkGroup', toGroup, { backupGroup: 'gone' }],
    [
      'head-office(did) skipped: sameTrunkGroup',
      { backup: { kind: 'trunkGroup', trunkGroup: OWN_GROUP } },
      {},
    ],
    ['198.51.100.1(did) skipped: notAllowed', { backup: DID_BACKUP }, { backupAllowed: false }],
    [
      '198.51.100.1(did) skipped: transportNotSupported',
      { backup: DID_BACKUP },
      { backupTransportSupported: false },
    ],
    ['198.51.100.1(did) skipped: noHopsLeft', { backup: DID_BACKUP }, { maxForwards: 0 }],
  ])('%s', (word, did, facts) => {
    expect(plan(did, undefined, facts)[1]).toBe(word);
  });

  test('the leg cap and the Diversion count do not keep a call from the backup, which costs nothing', () => {
    const facts = { legsUp: 10, diversionCount: 99 };
    expect(plan({ backup: DID_BACKUP }, undefined, facts)).toEqual(['head-office', '198.51.100.1(did)']);
  });
});

describe('a number that is skipped, and why', () => {
  test.each<[string, Partial<DeliveryFacts>]>([
    ['ownDid', { numberIsOwnDid: true }],
    ['notAllowed', { numberAllowed: false }],
    ['forwardedTooOften', { diversionCount: 5 }],
    ['noHopsLeft', { maxForwards: 1 }],
    ['legCapReached', { legsUp: 10 }],
    ['legCapReached', { legCap: 0 }],
    ['noGateway', { gateways: [] }],
  ])('%s: %j', (cause, facts) => {
    expect(plan({ number: DID_NUMBER }, undefined, facts).at(-1)).toBe(`+12125550101(did) skipped: ${cause}`);
  });

  test('just below its limits it is dialled', () => {
    const facts = { diversionCount: 4, legsUp: 9, maxForwards: 2 };
    expect(plan({ number: DID_NUMBER }, undefined, facts).at(-1)).toBe('+12125550101(did)');
  });

  test("the account's number does not step in for the DID's", () => {
    const words = plan({ number: DID_NUMBER }, { number: ACCOUNT_NUMBER }, { numberIsOwnDid: true });
    expect(words).toEqual(['head-office', '+12125550101(did) skipped: ownDid']);
  });
});

test('§16.3: with one hop left a PBX is still called, another trunk server is not', () => {
  expect(plan(undefined, undefined, { maxForwards: 1 })).toEqual([
    'head-office',
    'trunk2(noFailoverSettings) skipped: noHopsLeft',
    'trunk3(noFailoverSettings) skipped: noHopsLeft',
  ]);
  expect(plan(undefined, undefined, { maxForwards: 2 })[1]).toBe('trunk2(noFailoverSettings)');
});

describe('whatever the facts', () => {
  const settings = (number: E164, backup: typeof DID_BACKUP | typeof ACCOUNT_BACKUP) =>
    fc.constantFrom<FailoverSettings | undefined>(
      undefined,
      { number },
      { backup },
      { backup, number },
      { backup: { kind: 'trunkGroup', trunkGroup: OTHER_GROUP } },
      { backup: { kind: 'trunkGroup', trunkGroup: OWN_GROUP }, number },
    );
  const facts = fc
    .record({
      did: settings(DID_NUMBER, DID_BACKUP),
      account: settings(ACCOUNT_NUMBER, ACCOUNT_BACKUP),
      registeredHere: fc.boolean(),
      handedOver: fc.boolean(),
      sharedRegistrations: fc.boolean(),
      otherTrunkServers: fc.subarray([...FACTS.otherTrunkServers]),
      backupGroup: fc.constantFrom<DeliveryFacts['backupGroup']>('registered', 'notRegistered', 'gone'),
      backupAllowed: fc.boolean(),
      backupTransportSupported: fc.boolean(),
      gateways: fc.subarray([...FACTS.gateways]),
      numberIsOwnDid: fc.boolean(),
      numberAllowed: fc.boolean(),
      diversionCount: fc.nat(8),
      maxForwards: fc.nat(3),
      legsUp: fc.nat(12),
    })
    .map(({ did, account, ...rest }) => ({
      did,
      account,
      facts: { ...FACTS, ...rest, failover: effectiveFailover(did, account) },
    }));

  test("there is at most one number, and it is the DID's if it has one", () => {
    fc.assert(
      fc.property(facts, ({ did, account, facts }) => {
        const numbers = planDelivery(facts).attempts.flatMap(({ target }) =>
          target.kind === 'number' ? [target.number] : [],
        );
        const expected = did?.number ?? account?.number;
        expect(numbers).toEqual(facts.handedOver || expected === undefined ? [] : [expected]);
      }),
    );
  });

  test('another trunk server is there only without failover settings or with shared registrations', () => {
    fc.assert(
      fc.property(facts, ({ did, account, facts }) => {
        const others = planDelivery(facts).attempts.filter(({ target }) => target.kind === 'trunkServer');
        const wanted =
          !facts.handedOver && ((did === undefined && account === undefined) || facts.sharedRegistrations);
        expect(others.length).toBe(wanted ? facts.otherTrunkServers.length : 0);
      }),
    );
  });

  test("a call that was handed over never leaves the bindings of the DID's trunk group", () => {
    fc.assert(
      fc.property(facts, ({ facts }) => {
        const { attempts } = planDelivery({ ...facts, handedOver: true });
        expect(attempts.map(({ target }) => target)).toEqual([{ kind: 'bindings', trunkGroup: OWN_GROUP }]);
      }),
    );
  });

  test('of a suspended account the same is planned, and all of it is skipped', () => {
    fc.assert(
      fc.property(facts, ({ facts }) => {
        const { attempts } = planDelivery({ ...facts, suspended: true });
        const targets = planDelivery(facts).attempts.map(({ target }) => target);
        expect(attempts.map(({ target }) => target)).toEqual(targets);
        expect(new Set(attempts.map(({ skip }) => skip))).toEqual(new Set(['accountSuspended']));
      }),
    );
  });

  test('the registered PBX comes first and the number last', () => {
    fc.assert(
      fc.property(facts, ({ facts }) => {
        const { attempts } = planDelivery(facts);
        expect(attempts[0]?.reason.kind).toBe('registered');
        const number = attempts.findIndex(({ target }) => target.kind === 'number');
        expect(number === -1 || number === attempts.length - 1).toBe(true);
      }),
    );
  });
});
