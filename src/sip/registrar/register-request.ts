import { ownText } from '../../base/own-text.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Contact } from '../message/contact.ts';
import { HeaderId } from '../message/header-name.ts';
import type { SipRequest } from '../message/message.ts';
import { parseRoutes } from '../message/route.ts';
import { hasToken, unknownTokens } from '../message/token-list.ts';
import { parseUri } from '../uri/parse.ts';
import type { SipUri } from '../uri/sip-uri.ts';
import { instanceOf } from './binding.ts';
import { MAX_BINDINGS } from './location-service.ts';
import { type Refusal, refusal } from './refusal.ts';

/** What an operator lets a REGISTER ask for. */
export interface RegistrationLimits {
  /** In seconds. RFC 3261 10.2.8: `min` is at most 3600. */
  readonly expiry: { readonly min: number; readonly max: number; readonly default: number };
  /**
   * True for an address and port of a trunk server: a Contact there would send calls round in a circle.
   * `host` is as it was written, IPv6 without brackets.
   */
  isOurs(host: string, port: number): boolean;
}

/** One Contact of a REGISTER, checked. */
export interface WantedContact {
  readonly contact: string;
  readonly uri: SipUri;
  readonly q: number;
  /** In seconds, within the limits; 0 removes the binding. */
  readonly expires: number;
  readonly instance: string | undefined;
  readonly regId: number | undefined;
}

/** What a REGISTER asks for. */
export type RegisterWish =
  /** 10.2.3: no Contact. */
  | { readonly kind: 'query' }
  /** 10.2.2: `Contact: *`. */
  | { readonly kind: 'removeAll' }
  | { readonly kind: 'update'; readonly contacts: readonly WantedContact[] };

/** The one extension that we take part in. GRUU and outbound are not among them, and nobody is told so. */
const SUPPORTED = ['path'];

const MAX_PATH_VALUES = 8;
const MAX_CONTACT_LENGTH = 1024;

/** §10.3 step 2: what Require asks for is known. */
export function checkRequire(request: SipRequest): Refusal | undefined {
  const unknown = unknownTokens(request.require, SUPPORTED);
  return unknown.length === 0 ? undefined : refusal(420, undefined, `Unsupported: ${unknown.join(', ')}\r\n`);
}

/** RFC 3327 section 5.3: the Path values, in their order. */
export function readPath(request: SipRequest): Result<readonly string[], Refusal> {
  const path = request.headers.elements(HeaderId.Path);
  if (path.length === 0) return ok(path);
  if (!hasToken(request.supported, 'path') && !hasToken(request.require, 'path')) {
    return err(refusal(420, undefined, 'Unsupported: path\r\n'));
  }
  if (path.length > MAX_PATH_VALUES) return err(refusal(400, 'Too Many Path Values'));
  const routes = parseRoutes(path, 'Path');
  if (!routes.ok) return err(refusal(400, 'Malformed Path'));
  for (const route of routes.value) {
    const uri = parseUri(route.uri);
    if (!uri.ok || uri.value.kind !== 'sip') return err(refusal(400, 'Path Is Not a sip URI'));
  }
  return ok(path);
}

/** §10.3 steps 6 and 7, as far as they look at the request alone. */
export function readWish(request: SipRequest, limits: RegistrationLimits): Result<RegisterWish, Refusal> {
  const parsed = request.contacts;
  if (!parsed.ok) return err(refusal(400, 'Malformed Contact'));
  const contacts = parsed.value;
  if (contacts.kind === 'wildcard') {
    return request.expires === 0
      ? ok({ kind: 'removeAll' })
      : err(refusal(400, 'Contact: * Needs Expires: 0'));
  }
  if (contacts.contacts.length === 0) return ok({ kind: 'query' });
  if (contacts.contacts.length > MAX_BINDINGS) return err(refusal(403, 'Too Many Contacts'));
  const wanted: WantedContact[] = [];
  for (const contact of contacts.contacts) {
    const one = readContact(contact, request, limits);
    if (!one.ok) return one;
    wanted.push(one.value);
  }
  return ok({ kind: 'update', contacts: wanted });
}

function readContact(
  contact: Contact,
  request: SipRequest,
  limits: RegistrationLimits,
): Result<WantedContact, Refusal> {
  if (contact.uri.length > MAX_CONTACT_LENGTH) return err(refusal(400, 'Contact Too Long'));
  // It is kept as long as the binding: the REGISTER is not to be kept with it.
  const text = ownText(contact.uri);
  const parsed = parseUri(text);
  if (!parsed.ok) return err(refusal(400, 'Malformed Contact'));
  const uri = parsed.value;
  if (uri.kind !== 'sip' || uri.scheme !== 'sip') return err(refusal(400, 'Contact Is Not a sip URI'));
  // §19.1.1: a Request-URI has neither, and this one is to become one.
  if (uri.headers.length > 0 || uri.params.has('method')) {
    return err(refusal(400, 'Contact Cannot Be a Request-URI'));
  }
  const { host } = uri;
  if (limits.isOurs(host.kind === 'name' ? host.name : host.address, uri.port ?? 5060)) {
    return err(refusal(403, 'Contact Is an Address of This Service'));
  }
  const { min, max } = limits.expiry;
  const asked = contact.expires ?? request.expires ?? limits.expiry.default;
  if (asked > 0 && asked < min) return err(refusal(423, undefined, `Min-Expires: ${min}\r\n`));
  const { instance, regId } = instanceOf(contact.params);
  return ok({
    contact: text,
    uri,
    q: contact.q ?? 1000,
    expires: Math.min(asked, max),
    instance,
    regId,
  });
}
