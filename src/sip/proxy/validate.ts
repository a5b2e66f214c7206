import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';

/** An answer that ends a request before anything was tried. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  /** Header lines, each with its CRLF. */
  readonly headers?: string;
}

/**
 * §16.3: what a proxy checks before it does anything with a request (syntax is the parser's, loops are
 * `isLoop`'s). Undefined when the request may go on.
 */
export function refusalOf(request: SipRequest): Refusal | undefined {
  const uri = request.requestUri;
  if (!uri.ok) return { status: 400, reason: `Malformed Request-URI: ${uri.error.reason}` };
  // sips asks for TLS on every hop (26.2.2), which cannot be promised here.
  if (uri.value.kind === 'other' || (uri.value.kind === 'sip' && uri.value.scheme === 'sips')) {
    return { status: 416 };
  }
  const maxForwards = request.maxForwards;
  if (!maxForwards.ok) return { status: 400, reason: 'Malformed Max-Forwards' };
  if (maxForwards.value === 0 && request.method !== 'REGISTER') return { status: 483 };
  if (!request.headers.has(HeaderId.ProxyRequire)) return undefined;
  const required = request.proxyRequire;
  return required.length > 0
    ? { status: 420, headers: `Unsupported: ${required.join(', ')}\r\n` }
    : undefined;
}
