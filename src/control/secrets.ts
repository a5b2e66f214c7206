import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ok, type Result } from '../base/result.ts';
import type { StoreUnavailable } from '../store/failure.ts';
import type { Store } from '../store/store.ts';

const OPERATOR_KEY_HASH = 'operatorKeySha256';

export interface ServiceSecrets {
  /** Signs Record-Route and hand-over marks on every trunk server; made once and kept. */
  readonly signingKey: string;
  readonly operatorKey: OperatorKey;
  /**
   * The operator's key in clear: only when it was made just now. It is printed once and never seen again. It
   * is kept by `keepOperatorKey`, after it has been printed: a start that fails before makes another.
   */
  readonly freshOperatorKey: string | undefined;
}

/** Knows the operator's key by its hash alone. */
export class OperatorKey {
  readonly #hash: Buffer;

  constructor(hash: Buffer) {
    this.#hash = hash;
  }

  /** Takes the same time whatever is wrong with the key. */
  is(key: string): boolean {
    return timingSafeEqual(this.#hash, sha256(key));
  }
}

/**
 * Reads the service's secrets and makes those that are missing. `operatorKey`: from the settings; it wins over
 * the one in the store.
 */
export async function readSecrets(
  store: Store,
  operatorKey: string | undefined,
  now: number,
): Promise<Result<ServiceSecrets, StoreUnavailable>> {
  return await store.write<ServiceSecrets, never>(async (tables) => {
    const signingKey = await tables.secrets.keep('signingKey', randomBytes(32).toString('base64url'), now);
    if (operatorKey !== undefined) {
      return ok({
        signingKey,
        operatorKey: new OperatorKey(sha256(operatorKey)),
        freshOperatorKey: undefined,
      });
    }
    const known = await tables.secrets.get(OPERATOR_KEY_HASH);
    if (known !== undefined) {
      return ok({
        signingKey,
        operatorKey: new OperatorKey(Buffer.from(known, 'hex')),
        freshOperatorKey: undefined,
      });
    }
    const fresh = randomBytes(24).toString('base64url');
    return ok({ signingKey, operatorKey: new OperatorKey(sha256(fresh)), freshOperatorKey: fresh });
  });
}

/** Makes a fresh key the operator's for good. */
export async function keepOperatorKey(
  store: Store,
  fresh: string,
  now: number,
): Promise<Result<void, StoreUnavailable>> {
  return await store.write<void, never>(async (tables) => {
    await tables.secrets.keep(OPERATOR_KEY_HASH, sha256(fresh).toString('hex'), now);
    return ok(undefined);
  });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
