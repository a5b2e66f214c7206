import { formatHost } from './host.ts';
import type { SipUri } from './sip-uri.ts';
import type { Uri } from './uri.ts';

/** The URI as text. What parseUri read comes out as it went in, but for the case of the scheme. */
export function formatUri(uri: Uri): string {
  switch (uri.kind) {
    case 'sip':
      return formatSip(uri);
    case 'tel':
      return `tel:${uri.number}${uri.params}`;
    case 'other':
      return `${uri.scheme}:${uri.rest}`;
  }
}

function formatSip(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined) {
    text += uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`;
  }
  text += formatHost(uri.host);
  if (uri.port !== undefined) text += `:${uri.port}`;
  text += uri.params.toString();
  for (let i = 0; i < uri.headers.length; i += 1) {
    const header = uri.headers[i];
    if (header !== undefined) text += `${i === 0 ? '?' : '&'}${header.name}=${header.value}`;
  }
  return text;
}

/**
 * `uriText` with another user part: the old one and its password go, host, port, parameters and headers stay
 * byte for byte. `user` must be escaped already. What is no sip or sips URI comes back unchanged.
 */
export function withUser(uriText: string, user: string): string {
  const colon = uriText.indexOf(':');
  const scheme = uriText.substring(0, Math.max(colon, 0)).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips') return uriText;
  const at = uriText.indexOf('@', colon);
  const host = at === -1 ? colon + 1 : at + 1;
  return `${uriText.substring(0, colon + 1)}${user}@${uriText.substring(host)}`;
}
