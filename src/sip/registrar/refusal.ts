/** Why a REGISTER is not carried out, as it is answered. Nothing has changed then. */
export interface Refusal {
  readonly status: 400 | 403 | 420 | 423 | 500;
  /** Undefined: the registered reason phrase. */
  readonly reason: string | undefined;
  /** Header lines. */
  readonly headers: string;
}

export function refusal(status: Refusal['status'], reason: string | undefined, headers = ''): Refusal {
  return { status, reason, headers };
}
