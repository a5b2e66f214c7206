import { createHash } from 'node:crypto';
import { assertNever } from '../base/assert-never.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ControlError } from './errors.ts';
import type { UserView } from './logins/users.ts';
import type {
  AccountView,
  DidImportPreview,
  DidView,
  FailoverView,
  GatewayView,
  MassFailoverPreview,
  TrunkGroupView,
} from './views.ts';

/** Something that people edit, as answers show it. */
export type Edited =
  | { readonly kind: 'account'; readonly view: AccountView }
  | { readonly kind: 'did'; readonly view: DidView }
  | { readonly kind: 'failover'; readonly view: FailoverView }
  /** The failover settings of many DIDs, and what a change of them would make of them. */
  | { readonly kind: 'massFailover'; readonly view: MassFailoverPreview }
  /** As `massFailover`, by the lines of a file. */
  | { readonly kind: 'didImport'; readonly view: DidImportPreview }
  | { readonly kind: 'gateway'; readonly view: GatewayView }
  | { readonly kind: 'trunkGroup'; readonly view: TrunkGroupView }
  | { readonly kind: 'user'; readonly view: UserView };

/** On what a change depends (RFC 9110 section 13.1.1): that the thing is there, or that it has one of these tags. */
export type IfMatch =
  | { readonly kind: 'any' }
  /** Each with its quotes. Weak ones are not among them: they never match. */
  | { readonly kind: 'oneOf'; readonly tags: readonly string[] };

/**
 * The strong entity tag of what a change at the thing's own place can overwrite or remove. What is counted or observed
 * (how many DIDs, who registered when) does not matter, and neither do settings that are changed at another place.
 */
export function tagOf(thing: Edited): string {
  const hash = createHash('sha256').update(canonicalJson([thing.kind, settingsOf(thing)]));
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

function settingsOf(thing: Edited): unknown {
  switch (thing.kind) {
    case 'account': {
      const { name, suspended, didFormat, delivery } = thing.view;
      return { name, suspended, didFormat, delivery };
    }
    case 'did': {
      const { number, account, trunkGroup, failover, triggers } = thing.view;
      return { number, account, trunkGroup, failover, triggers };
    }
    case 'failover':
      return thing.view.failover ?? null;
    case 'massFailover':
    case 'didImport':
      return thing.view.state;
    case 'gateway':
      return thing.view;
    case 'trunkGroup':
      return { id: thing.view.id, name: thing.view.name };
    case 'user': {
      const { id, role, disabled } = thing.view;
      return { id, role, disabled };
    }
    default:
      return assertNever(thing);
  }
}

/** Refuses a change whose condition does not fit what is there. To be asked within the transaction of the change. */
export function demandMatch(condition: IfMatch | undefined, current: Edited): Result<void, ControlError> {
  if (condition === undefined || condition.kind === 'any') return ok(undefined);
  if (condition.tags.includes(tagOf(current))) return ok(undefined);
  return err({ kind: 'changedMeanwhile', current });
}
