import { isDeepStrictEqual } from 'node:util';
import type { AuditStates, AuditWhat } from '../../domain/audit.ts';
import type { Problem } from '../errors.ts';
import { fieldInWords, fieldsOf, valueInWords } from './words.ts';

/** Where what is set now is not what the change made of it. `field`: what the thing is called in the problems. */
export function drift<S extends AuditStates[AuditWhat]>(
  field: string,
  thing: string,
  made: S,
  now: S,
): Problem[] {
  const present = new Map(fieldsOf(now));
  return fieldsOf(made).flatMap(([name, value]) => {
    const is = present.get(name) ?? null;
    if (isDeepStrictEqual(is, value)) return [];
    const message = `The ${fieldInWords(name)} of ${thing} is ${valueInWords(name, is)} now, and this change made it ${valueInWords(name, value)}: it was changed again since. Undo that first, or set it by hand.`;
    return [{ field: `${field}.${name}`, message }];
  });
}

export function isGone(field: string, thing: string): Problem {
  return { field, message: `${thing} is not there any more, so nothing of it can be put back.` };
}
