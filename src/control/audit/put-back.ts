import type { AuditChange } from '../../domain/audit.ts';
import type { RoutingChange } from '../../link/routing.ts';
import type { Problem } from '../errors.ts';

/** What was put back within the transaction. */
export interface PutBack {
  readonly changes: readonly RoutingChange[];
  readonly audit: readonly AuditChange[];
  readonly warnings: readonly Problem[];
}

export const NOTHING_BACK: PutBack = { changes: [], audit: [], warnings: [] };
