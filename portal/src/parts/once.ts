import { useRef } from 'react';
import { ask } from '../api/client.ts';

/**
 * Makes or does something once, however often it is asked for: the same content has the same Idempotency-Key until its
 * answer has come. So a second click, and another try after a lost answer, get the first answer.
 */
export function useOnce() {
  const kept = useRef<{ readonly path: string; readonly content: unknown; readonly key: string }>(undefined);
  return async <T>(path: string, body: unknown, conditions: { readonly ifMatch?: string } = {}) => {
    // A file is the same as long as it is the very one.
    const content = body instanceof Blob ? body : JSON.stringify(body);
    if (kept.current?.path !== path || kept.current.content !== content) {
      kept.current = { path, content, key: newKey() };
    }
    const answer = await ask<T>('POST', path, body, { ...conditions, once: kept.current.key });
    kept.current = undefined;
    return answer;
  };
}

/** `crypto.randomUUID` is there over HTTPS alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
