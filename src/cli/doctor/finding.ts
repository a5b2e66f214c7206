/** What `doctor` looks at, in the order in which it tells of it. */
export type Check =
  | 'ports'
  | 'dns'
  | 'clock'
  | 'database'
  | 'sealing'
  | 'disk'
  | 'spool'
  | 'tls'
  | 'gateways';

/** One thing that was looked at. */
export interface Finding {
  readonly check: Check;
  /** `problem`: the service will not work as it should. `warning`: it works, and deserves a look. */
  readonly state: 'ok' | 'warning' | 'problem';
  readonly what: string;
  /** What to do about it; absent where all is well. */
  readonly advice?: string;
}

/** Makes the findings of one check. */
export function findingsOf(check: Check) {
  return {
    ok: (what: string): Finding => ({ check, state: 'ok', what }),
    warning: (what: string, advice: string): Finding => ({ check, state: 'warning', what, advice }),
    problem: (what: string, advice: string): Finding => ({ check, state: 'problem', what, advice }),
  };
}

/** The system's name for what went wrong, such as ENOENT; else its words. */
export function causeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.message;
}
