import { err, ok, type Result } from '../../base/result.ts';
import { find, spell } from '../uri/octets.ts';
import { parseUri } from '../uri/parse.ts';
import type { SipUri } from '../uri/sip-uri.ts';
import { deltaSeconds } from './expires.ts';
import { type HeaderError, malformed } from './header-error.ts';
import type { HeaderIndex } from './header-index.ts';
import { HeaderId } from './header-name.ts';
import { type NameAddress, parseNameAddress, sipUriOf } from './name-address.ts';

const QUESTION = 0x3f;

/** One Contact value (RFC 3261 20.10). */
export interface Contact extends NameAddress {
  /** 0–1000: the q-value times 1000; undefined when it is not there or malformed. */
  readonly q: number | undefined;
  /** In seconds; undefined when it is not there or malformed (then 10.3 step 7 has a registrar choose). */
  readonly expires: number | undefined;
}

/** `*` asks for the removal of all bindings; it stands alone. */
export type Contacts =
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'list'; readonly contacts: readonly Contact[] };

/** Reads all Contact values of a message. */
export function parseContacts(elements: readonly string[]): Result<Contacts, HeaderError> {
  if (elements.length === 1 && elements[0] === '*') return ok({ kind: 'wildcard' });
  const contacts: Contact[] = [];
  for (const element of elements) {
    const address = parseNameAddress(element, 'Contact');
    if (!address.ok) return address;
    const { displayName, uri, params } = address.value;
    if (uri === '*') return err(malformed('Contact', '* as the only value, without parameters'));
    // RFC 3261 20: a URI with a comma, question mark or semicolon must be in angle brackets.
    if (!element.includes('<') && uri.includes('?')) {
      return err(malformed('Contact', 'a URI with ? between < and >'));
    }
    contacts.push({
      displayName,
      uri,
      params,
      q: qValue(params.get('q')),
      expires: deltaSeconds(params.get('expires')),
    });
  }
  return ok({ kind: 'list', contacts });
}

/**
 * The URI of the first Contact value, where it is a sip or sips URI; undefined when there is none, or any of the
 * values is malformed.
 */
export function firstContactUri(headers: HeaderIndex): SipUri | undefined {
  const entry = headers.find(HeaderId.Contact);
  if (entry === -1) return undefined;
  const start = headers.valueStart(entry);
  const end = headers.valueEnd(entry);
  spell(headers.text);
  // Nearly always there is one, on one line, and nothing needs to be cut out.
  if (find(start, end, QUESTION) === end && !headers.folded && headers.isSingle(HeaderId.Contact, entry)) {
    return sipUriOf(headers.text, start, end);
  }
  const contacts = parseContacts(headers.elements(HeaderId.Contact));
  if (!contacts.ok || contacts.value.kind === 'wildcard') return undefined;
  const first = contacts.value.contacts[0];
  const uri = first === undefined ? undefined : parseUri(first.uri);
  return uri?.ok === true && uri.value.kind === 'sip' ? uri.value : undefined;
}

/** RFC 3261 25.1 qvalue: 0 to 1 with at most three decimals, as thousandths. */
export function qValue(text: string | undefined): number | undefined {
  if (text === undefined || text.length === 0 || text.length > 5) return undefined;
  const whole = text.charAt(0);
  if (whole !== '0' && whole !== '1') return undefined;
  if (text.length > 1 && text.charAt(1) !== '.') return undefined;
  let thousandths = whole === '1' ? 1000 : 0;
  let weight = 100;
  for (let i = 2; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    thousandths += digit * weight;
    weight /= 10;
  }
  return thousandths > 1000 ? undefined : thousandths;
}

/** A q-value as it is written in a header field. */
export function formatQValue(thousandths: number): string {
  if (thousandths >= 1000) return '1';
  return thousandths <= 0 ? '0' : `0.${String(thousandths).padStart(3, '0')}`;
}
