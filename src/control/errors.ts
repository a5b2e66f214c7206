import type { Edited } from './edit-tags.ts';

/** One thing that is wrong with what was asked. */
export interface Problem {
  /** Where: the path of the field in the request, such as `failover.number` or `dids[3]`. */
  readonly field: string;
  /** What was wrong and what would be right, in one sentence. */
  readonly message: string;
  /** Where in a file, which begins with line 1. */
  readonly line?: number;
  /** The name of the column in that line. */
  readonly column?: string;
}

/** Where something is, before it is known to be wrong. */
export type Place = Omit<Problem, 'message'>;

/** What can become of a command or a query besides its answer. Nothing is changed when one of these comes back. */
export type ControlError =
  | {
      readonly kind: 'notFound';
      readonly what:
        | 'account'
        | 'trunkGroup'
        | 'did'
        | 'gateway'
        | 'call'
        | 'revision'
        | 'apiKey'
        | 'trunkServer'
        | 'user'
        | 'login'
        | 'invitation'
        | 'auditEntry';
      readonly id: string;
    }
  /** The request is well formed but something that exists stands against it, such as a DID that is taken. */
  | { readonly kind: 'conflict'; readonly problems: readonly Problem[] }
  /** The change was asked for on a condition (If-Match), and what is there is not what was meant. */
  | { readonly kind: 'changedMeanwhile'; readonly current: Edited }
  /** The same request is being done just now. */
  | { readonly kind: 'underWay' }
  /** Another request came with this Idempotency-Key before. */
  | { readonly kind: 'keyReused' }
  /** The request itself is wrong. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The asker may not do it, whatever the request says. */
  | { readonly kind: 'forbidden'; readonly message: string }
  /** Not logged in, or the password or the code is wrong. */
  | { readonly kind: 'loginRefused'; readonly reason: 'password' | 'codeNeeded' | 'code' }
  /** Too many tries; the next one is looked at after `retryAfter` seconds. */
  | { readonly kind: 'tooManyTries'; readonly retryAfter: number }
  /** The link of an invitation or a password reset was used, has ended, or never was one. */
  | { readonly kind: 'linkNotValid' }
  /** The database cannot be reached or written. Trying again later is right. */
  | { readonly kind: 'storeUnavailable'; readonly message: string };
