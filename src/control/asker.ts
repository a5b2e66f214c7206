import type { Access, Scope } from './views.ts';

/** How someone showed who they are. */
type AskedBy =
  /** The operator's key of the settings or of the first start. */
  | { readonly kind: 'operatorKey' }
  | { readonly kind: 'apiKey'; readonly id: string; readonly name: string }
  | { readonly kind: 'login'; readonly user: string; readonly email: string }
  /** Nobody asked: it is time for it. */
  | { readonly kind: 'service' };

/** Who asks the control plane, and what they may do. Made in one place from what a request carries. */
export interface Asker {
  readonly scope: Scope;
  readonly access: Access;
  readonly by: AskedBy;
  /** The network address that the request came from; absent where it came over no network. */
  readonly address?: string | undefined;
}

/** Who holds the operator's key. */
export const THE_OPERATOR: Asker = {
  scope: { kind: 'operator' },
  access: 'write',
  by: { kind: 'operatorKey' },
};

/** The service itself, for what happens when its time has come. */
export const THE_SERVICE: Asker = { scope: { kind: 'operator' }, access: 'write', by: { kind: 'service' } };
