import type { SipRequest } from '../sip/message/message.ts';
import { unescapeUri } from '../sip/uri/escape.ts';

const CONTEXT = ';phone-context=';

/**
 * The number that a request asks for, as it was dialled: the user part of a SIP URI with its escapes taken off
 * (19.1.4), or the number of a tel URI (19.1.6). A local number comes with its context put before it, where
 * that is a global prefix (RFC 3966 section 5.1.5).
 */
export function dialledNumber(request: SipRequest): string {
  const uri = request.requestUri;
  if (!uri.ok) return '';
  switch (uri.value.kind) {
    case 'sip': {
      const user = unescapeUri(uri.value.user ?? '');
      const at = user.toLowerCase().indexOf(CONTEXT);
      return at === -1 ? user : inContext(user, user.slice(at + CONTEXT.length));
    }
    case 'tel':
      return inContext(uri.value.number, uri.value.params.get('phone-context') ?? '');
    case 'other':
      return '';
  }
}

function inContext(number: string, context: string): string {
  const [local = ''] = number.split(';');
  const [prefix = ''] = context.split(';');
  return prefix.startsWith('+') && !local.startsWith('+') ? prefix + local : number;
}
