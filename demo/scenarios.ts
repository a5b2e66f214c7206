import type { Behaviour } from './agents/answering-agent.ts';

type TrunkServerName = 'trunk1' | 'trunk2';

/** Who can take a call. */
export type Callee = 'PBX' | 'backup' | 'gateway';

/** What is set as failover; the backup is the backup PBX of the scenario. */
export interface FailoverOf {
  readonly backup?: true;
  readonly number?: string;
}

/** One call and what must become of it. Calls arrive at trunk1. */
export interface Scenario {
  readonly title: string;
  /** In one or two sentences, for the reader of the demo. */
  readonly shows: string;
  readonly did: string;
  readonly pbx: { readonly registeredWith: readonly TrunkServerName[]; readonly does: Behaviour };
  /** Absent: there is none. */
  readonly backup?: Behaviour;
  readonly failover: { readonly account?: FailoverOf; readonly did?: FailoverOf };
  /** The caller gives up so many milliseconds after the INVITE. */
  readonly hangsUpAfter?: number;
  readonly expected: Expected;
}

interface Expected {
  /** The final status that the carrier gets. */
  readonly status: number;
  /** Who answers the call; absent where nobody does. */
  readonly answeredBy?: Callee;
  /** Everybody who is called, in this order; nobody else is. */
  readonly called: readonly Callee[];
  /** The user part of the Request-URI that the last of them is called by. */
  readonly as: string;
  /** When the caller must hear ringing, in milliseconds after the INVITE. */
  readonly ringing?: { readonly from: number; readonly to: number };
  /** The attempts of the call record, as `describeAttempt` writes them. */
  readonly attempts: readonly string[];
  /** The attempts at the trunk server to which the call was handed over. */
  readonly handedOver?: readonly string[];
}

const ACCOUNT_NUMBER = '+15125550150';
const DID_NUMBER = '+15125550151';

const answers: Behaviour = { kind: 'answers', after: 150 };
const silent: Behaviour = { kind: 'silent' };
const refuses: Behaviour = { kind: 'rejects', status: 503, reason: 'Service Unavailable' };
const busy: Behaviour = { kind: 'rejects', status: 486, reason: 'Busy Here' };
const both: readonly TrunkServerName[] = ['trunk1', 'trunk2'];

/** Nothing at all came for 4 s (design, section 2), measured by somebody who shares two cores with the service. */
const AFTER_SILENCE = { from: 3_900, to: 4_300 };
const AT_ONCE = { from: 0, to: 500 };

/** The scenarios of the mission, played by `npm run demo` with agents of our own and by the tests with SIPp. */
export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'PBX registered',
    shows: 'The call goes to the registered PBX. Failover settings exist, and are not needed.',
    did: '+15125550101',
    pbx: { registeredWith: both, does: answers },
    failover: { account: { number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'PBX',
      called: ['PBX'],
      as: '5125550101',
      ringing: AT_ONCE,
      attempts: ['registered: answered'],
    },
  },
  {
    title: 'PBX unregistered',
    shows: 'Nothing is registered, so the call goes to the failover number without any waiting.',
    did: '+15125550102',
    pbx: { registeredWith: [], does: answers },
    failover: { account: { number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'gateway',
      called: ['gateway'],
      as: ACCOUNT_NUMBER,
      ringing: AT_ONCE,
      attempts: ['registered: skipped notRegistered', 'number of account: answered'],
    },
  },
  {
    title: 'PBX silent',
    shows: 'The PBX hangs: it is registered, but answers nothing. After 4 s the number rings.',
    did: '+15125550103',
    pbx: { registeredWith: both, does: silent },
    failover: { account: { number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'gateway',
      called: ['PBX', 'gateway'],
      as: ACCOUNT_NUMBER,
      ringing: AFTER_SILENCE,
      attempts: ['registered: noResponse silent', 'number of account: answered'],
    },
  },
  {
    title: 'PBX answers 503',
    shows: 'The PBX cannot take the call and says so. The backup PBX takes it at once.',
    did: '+15125550104',
    pbx: { registeredWith: both, does: refuses },
    backup: answers,
    failover: { account: { backup: true, number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'backup',
      called: ['PBX', 'backup'],
      as: '5125550104',
      ringing: AT_ONCE,
      attempts: ['registered: rejected 503', 'backup of account: answered'],
    },
  },
  {
    title: 'Backup down too',
    shows: 'The PBX answers 503 and the backup PBX nothing, so the call goes on to the number.',
    did: '+15125550105',
    pbx: { registeredWith: both, does: refuses },
    backup: silent,
    failover: { account: { backup: true, number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'gateway',
      called: ['PBX', 'backup', 'gateway'],
      as: ACCOUNT_NUMBER,
      ringing: AFTER_SILENCE,
      attempts: [
        'registered: rejected 503',
        'backup of account: noResponse silent',
        'number of account: answered',
      ],
    },
  },
  {
    title: "The DID's number over the account's",
    shows: 'DID and account both have a number: the one of the DID is dialled, and only that.',
    did: '+15125550106',
    pbx: { registeredWith: [], does: answers },
    failover: { account: { number: ACCOUNT_NUMBER }, did: { number: DID_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'gateway',
      called: ['gateway'],
      as: DID_NUMBER,
      ringing: AT_ONCE,
      attempts: ['registered: skipped notRegistered', 'number of did: answered'],
    },
  },
  {
    title: 'No settings, registered with trunk2 only',
    shows: 'Nothing is set, so trunk1 hands the call over to trunk2, which knows the PBX.',
    did: '+15125550107',
    pbx: { registeredWith: ['trunk2'], does: answers },
    failover: {},
    expected: {
      status: 200,
      answeredBy: 'PBX',
      called: ['PBX'],
      as: '5125550107',
      ringing: AT_ONCE,
      attempts: ['registered: skipped notRegistered', 'otherTrunkServer: answered'],
      handedOver: ['registered: answered'],
    },
  },
  {
    title: 'Settings, registered with trunk2 only',
    shows: 'With failover settings trunk1 does not hand the call over: the number is dialled.',
    did: '+15125550108',
    pbx: { registeredWith: ['trunk2'], does: answers },
    failover: { account: { number: ACCOUNT_NUMBER } },
    expected: {
      status: 200,
      answeredBy: 'gateway',
      called: ['gateway'],
      as: ACCOUNT_NUMBER,
      ringing: AT_ONCE,
      attempts: ['registered: skipped notRegistered', 'number of account: answered'],
    },
  },
  {
    title: 'PBX busy',
    shows: 'Busy is an answer of the PBX, not a failure: the caller hears it.',
    did: '+15125550109',
    pbx: { registeredWith: both, does: busy },
    backup: answers,
    failover: { account: { backup: true, number: ACCOUNT_NUMBER } },
    expected: {
      status: 486,
      called: ['PBX'],
      as: '5125550109',
      attempts: ['registered: rejected 486'],
    },
  },
  {
    title: 'The caller hangs up while hunting',
    shows: 'The PBX is silent and the caller gives up after 1.5 s: nobody else is called any more.',
    did: '+15125550110',
    pbx: { registeredWith: both, does: silent },
    backup: answers,
    failover: { account: { backup: true, number: ACCOUNT_NUMBER } },
    hangsUpAfter: 1_500,
    expected: {
      status: 487,
      called: ['PBX'],
      as: '5125550110',
      attempts: ['registered: cancelled'],
    },
  },
];
