import type { Clock } from '../../base/clock.ts';
import type { Result } from '../../base/result.ts';
import type { Transactions } from '../../store/transactions.ts';
import type { Log } from '../log.ts';

/** A mail of ours: plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands a mail over to the mail server; the error says why it could not. */
export type SendMail = (mail: Mail) => Promise<Result<void, string>>;

/** What everything about logins works with. */
export interface LoginContext {
  readonly store: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent where the settings name no mail server. */
  readonly sendMail?: SendMail | undefined;
  /** What links begin with, without a slash at the end. */
  readonly publicUrl: string;
  /** Makes the CSRF tokens; the service's own, never shown. */
  readonly csrfKey: string;
}
