import {
  BACKUP_PBX,
  CARRIER,
  DELIVERED,
  didRows,
  EDGE,
  GATEWAY,
  PBX,
  REFUSED,
  REFUSING_PBX,
  REGISTER_PORT,
  REGISTRANT,
  REGISTRANTS,
  registerRows,
  UNREGISTERED,
} from './address-plan.ts';
import { runCalls, type SippOptions } from './sipp.ts';

/** One kind of traffic. */
export interface Workload {
  readonly name: WorkloadName;
  readonly about: string;
  /** Who waits to be called. */
  readonly callees: readonly SippOptions[];
  /** Who calls or registers. */
  readonly caller: SippOptions;
  /** Per second, and how many in all, where nothing else is asked for. */
  readonly rate: number;
  readonly count: number;
  /**
   * V8 has compiled then what the workload uses, and a trunk server remembers as many calls as it would at `rate`: those
   * of 32 s.
   */
  readonly warmUp: { readonly rate: number; readonly calls: number };
  /** How many call records one run of the scenario leaves. */
  readonly records: 0 | 1;
}

export type WorkloadName = 'W1' | 'W2' | 'W3' | 'W4' | 'W4c';

function callerOf(range: typeof DELIVERED | typeof UNREGISTERED | typeof REFUSED): SippOptions {
  return { scenario: 'carrier_uac', at: CARRIER, to: EDGE, rows: didRows(range) };
}

function registrant(scenario: string): SippOptions {
  return { scenario, at: REGISTRANT, to: EDGE, rows: registerRows(REGISTRANTS, REGISTRANT) };
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'W1',
    about: 'delivered to the registered PBX',
    callees: [{ scenario: 'uas_answer', at: PBX }],
    caller: callerOf(DELIVERED),
    rate: 200,
    count: 2_000,
    warmUp: { rate: 1_000, calls: 6_400 },
    records: 1,
  },
  {
    name: 'W2',
    about: 'unregistered, to the failover number',
    callees: [{ scenario: 'uas_answer', at: GATEWAY }],
    caller: callerOf(UNREGISTERED),
    rate: 200,
    count: 2_000,
    warmUp: { rate: 1_000, calls: 6_400 },
    records: 1,
  },
  {
    name: 'W3',
    about: 'the PBX says 503, to the backup',
    callees: [
      { scenario: 'uas_503', at: REFUSING_PBX },
      { scenario: 'uas_answer', at: BACKUP_PBX },
    ],
    caller: callerOf(REFUSED),
    rate: 200,
    count: 2_000,
    warmUp: { rate: 1_000, calls: 6_400 },
    records: 1,
  },
  {
    name: 'W4',
    about: 'REGISTER, 401, REGISTER with digest, 200',
    callees: [],
    caller: registrant('register_challenge'),
    rate: 300,
    count: 2_400,
    warmUp: { rate: 1_000, calls: 9_600 },
    records: 0,
  },
  {
    name: 'W4c',
    about: 'W4 and 8 refreshes with the same nonce: 10 REGISTERs',
    callees: [],
    caller: registrant('register_cached'),
    rate: 100,
    count: 600,
    warmUp: { rate: 100, calls: 600 },
    records: 0,
  },
];

export function workload(name: string): Workload {
  const found = WORKLOADS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no workload ${name}; there are W1, W2, W3, W4 and W4c`);
  return found;
}

/**
 * Registers the PBXs of W1 and W3. Those of W3 register from their own address: a PBX whose Contact has another
 * address than its REGISTER came from counts as behind a NAT, and would be called where it registered from.
 */
export async function registerPbxs(): Promise<void> {
  for (const [range, pbx] of [
    [DELIVERED, PBX],
    [REFUSED, REFUSING_PBX],
  ] as const) {
    await runCalls({
      scenario: 'register_challenge',
      at: { address: pbx.address, port: REGISTER_PORT },
      to: EDGE,
      rows: registerRows(range, pbx),
      calls: range.last - range.first + 1,
      rate: 500,
    });
  }
}
