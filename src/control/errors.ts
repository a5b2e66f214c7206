/** One thing that is wrong with what was asked. */
export interface Problem {
  /** Where: the path of the field in the request, such as `failover.number` or `dids[3]`. */
  readonly field: string;
  /** What was wrong and what would be right, in one sentence. */
  readonly message: string;
}

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
        | 'trunkServer';
      readonly id: string;
    }
  /** The request is well formed but something that exists stands against it, such as a DID that is taken. */
  | { readonly kind: 'conflict'; readonly problems: readonly Problem[] }
  /** The request itself is wrong. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The asker may not do it, whatever the request says. */
  | { readonly kind: 'forbidden'; readonly message: string }
  /** The database cannot be reached or written. Trying again later is right. */
  | { readonly kind: 'storeUnavailable'; readonly message: string };
