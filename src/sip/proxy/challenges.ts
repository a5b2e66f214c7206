import { HeaderId } from '../message/header-name.ts';
import type { SipResponse } from '../message/message.ts';

/**
 * §16.7 step 7: a 401 or 407 that goes on carries the challenges of every other 401 and 407 as well. Returns
 * the header lines to add to `best`.
 */
export function collectChallenges(best: SipResponse, refusals: readonly SipResponse[]): string {
  if (best.status !== 401 && best.status !== 407) return '';
  let lines = '';
  for (const refusal of refusals) {
    if (refusal === best) continue;
    for (const value of refusal.headers.values(HeaderId.WwwAuthenticate)) {
      lines += `WWW-Authenticate: ${value}\r\n`;
    }
    for (const value of refusal.headers.values(HeaderId.ProxyAuthenticate)) {
      lines += `Proxy-Authenticate: ${value}\r\n`;
    }
  }
  return lines;
}
