import type { Millis } from '../../src/base/clock.ts';

/** One response of a callee. */
export interface Step {
  /** Since the INVITE came. */
  readonly after: Millis;
  readonly status: number;
  readonly reason?: string;
  /** Further header lines, each with its CRLF. */
  readonly headers?: string;
  readonly body?: string;
}

/** How a PBX or a phone takes calls. */
export interface Behaviour {
  readonly steps: readonly Step[];
  /** `obey`: 487. `ignore`: only the 200 for the CANCEL. `answer`: it was just picking up. */
  readonly onCancel: 'obey' | 'ignore' | 'answer';
  /** What it says to requests within a dialog. */
  readonly inDialogStatus?: number;
}

const steps = (...list: readonly Step[]): Behaviour => ({ steps: list, onCancel: 'obey' });

/** It does not react at all. */
export const SILENT: Behaviour = { steps: [], onCancel: 'ignore' };

export const rejects = (status: number, after = 0, headers = ''): Behaviour =>
  steps({ after, status, headers });

export const answers = (after = 0): Behaviour => steps({ after, status: 200 });

export const rings = (): Behaviour => steps({ after: 0, status: 180 });

export const ringsThen = (status: number, after: Millis): Behaviour =>
  steps({ after: 0, status: 180 }, { after, status });

/** A 100 and then nothing. */
export const trying = (): Behaviour => steps({ after: 0, status: 100 });

export const tryingThen = (status: number, after: Millis): Behaviour =>
  steps({ after: 0, status: 100 }, { after, status });

/** Whatever it does, a CANCEL is answered so. */
export const onCancel = (behaviour: Behaviour, reaction: Behaviour['onCancel']): Behaviour => ({
  ...behaviour,
  onCancel: reaction,
});
