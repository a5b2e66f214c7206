import { type Err, err } from '../base/result.ts';
import type { ControlError } from './errors.ts';

export function notFound(
  what: Extract<ControlError, { kind: 'notFound' }>['what'],
  id: string,
): Err<ControlError> {
  return err({ kind: 'notFound', what, id });
}

export function refused(field: string, message: string): Err<ControlError> {
  return err({ kind: 'refused', problems: [{ field, message }] });
}

export function conflict(field: string, message: string): Err<ControlError> {
  return err({ kind: 'conflict', problems: [{ field, message }] });
}

/** A page of 1 to 1,000 entries. */
export function pageLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit) || 1, 1), 1_000);
}
