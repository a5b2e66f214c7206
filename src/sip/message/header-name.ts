import { OCTETS, spell } from '../uri/octets.ts';

/**
 * Small integers for the header fields that we know, so that finding one compares numbers. 0 is any other
 * header field. Names are those of the IANA registry "SIP Header Fields". First come those that routing asks for:
 * see `LAST_MARKED`.
 */
export const HeaderId = {
  Unknown: 0,
  Via: 1,
  From: 2,
  To: 3,
  CallId: 4,
  CSeq: 5,
  MaxForwards: 6,
  ContentLength: 7,
  ContentType: 8,
  Expires: 9,
  Contact: 10,
  Route: 11,
  RecordRoute: 12,
  ProxyRequire: 13,
  Privacy: 14,
  PAssertedIdentity: 15,
  RemotePartyId: 16,
  Diversion: 17,
  HistoryInfo: 18,
  Timestamp: 19,
  Authorization: 20,
  Require: 21,
  Supported: 22,
  Path: 23,
  Reason: 24,
  UserAgent: 25,
  Accept: 26,
  AcceptEncoding: 27,
  AcceptLanguage: 28,
  AlertInfo: 29,
  Allow: 30,
  AuthenticationInfo: 31,
  CallInfo: 32,
  ContentDisposition: 33,
  ContentEncoding: 34,
  ContentLanguage: 35,
  Date: 36,
  ErrorInfo: 37,
  InReplyTo: 38,
  MimeVersion: 39,
  MinExpires: 40,
  Organization: 41,
  Priority: 42,
  ProxyAuthenticate: 43,
  ProxyAuthorization: 44,
  ReplyTo: 45,
  RetryAfter: 46,
  Server: 47,
  Subject: 48,
  Unsupported: 49,
  Warning: 50,
  WwwAuthenticate: 51,
  ServiceRoute: 52,
  PPreferredIdentity: 53,
  RSeq: 54,
  RAck: 55,
  SessionExpires: 56,
  MinSE: 57,
  ReferTo: 58,
  ReferredBy: 59,
  Replaces: 60,
  Event: 61,
  AllowEvents: 62,
  SubscriptionState: 63,
  Identity: 64,
  IdentityInfo: 65,
  FlowTimer: 66,
  AcceptContact: 67,
  RejectContact: 68,
  RequestDisposition: 69,
  Join: 70,
  TargetDialog: 71,
  SipETag: 72,
  SipIfMatch: 73,
  GeolocationError: 74,
  Geolocation: 75,
  SessionId: 76,
  UserToUser: 77,
  PEarlyMedia: 78,
  PAccessNetworkInfo: 79,
  PChargingVector: 80,
  SecurityClient: 81,
  SecurityServer: 82,
  SecurityVerify: 83,
  MaxBreadth: 84,
  RecvInfo: 85,
  InfoPackage: 86,
  ReferSub: 87,
  ResourcePriority: 88,
  AcceptResourcePriority: 89,
  Hide: 90,
  Encryption: 91,
  ResponseKey: 92,
} as const;

/** Whether a message has a header field up to this one is a bit in its index, so most questions need no search. */
export const LAST_MARKED = 31;

export type HeaderId = (typeof HeaderId)[keyof typeof HeaderId];

/**
 * Canonical name, and the compact form where there is one (RFC 3261 7.3.3 and the IANA registry). Those that most messages
 * have come first, so that they lie side by side.
 */
const NAMES: readonly (readonly [HeaderId, string, string?])[] = [
  [HeaderId.Via, 'Via', 'v'],
  [HeaderId.From, 'From', 'f'],
  [HeaderId.To, 'To', 't'],
  [HeaderId.CallId, 'Call-ID', 'i'],
  [HeaderId.CSeq, 'CSeq'],
  [HeaderId.MaxForwards, 'Max-Forwards'],
  [HeaderId.ContentLength, 'Content-Length', 'l'],
  [HeaderId.ContentType, 'Content-Type', 'c'],
  [HeaderId.Expires, 'Expires'],
  [HeaderId.Contact, 'Contact', 'm'],
  [HeaderId.Route, 'Route'],
  [HeaderId.RecordRoute, 'Record-Route'],
  [HeaderId.Allow, 'Allow'],
  [HeaderId.Supported, 'Supported', 'k'],
  [HeaderId.UserAgent, 'User-Agent'],
  [HeaderId.Server, 'Server'],
  [HeaderId.SessionExpires, 'Session-Expires', 'x'],
  [HeaderId.PAssertedIdentity, 'P-Asserted-Identity'],
  [HeaderId.Accept, 'Accept'],
  [HeaderId.MinSE, 'Min-SE'],
  [HeaderId.Require, 'Require'],
  [HeaderId.Authorization, 'Authorization'],
  [HeaderId.Date, 'Date'],
  [HeaderId.Reason, 'Reason'],
  [HeaderId.AcceptEncoding, 'Accept-Encoding'],
  [HeaderId.AcceptLanguage, 'Accept-Language'],
  [HeaderId.AlertInfo, 'Alert-Info'],
  [HeaderId.AuthenticationInfo, 'Authentication-Info'],
  [HeaderId.CallInfo, 'Call-Info'],
  [HeaderId.ContentDisposition, 'Content-Disposition'],
  [HeaderId.ContentEncoding, 'Content-Encoding', 'e'],
  [HeaderId.ContentLanguage, 'Content-Language'],
  [HeaderId.ErrorInfo, 'Error-Info'],
  [HeaderId.InReplyTo, 'In-Reply-To'],
  [HeaderId.MimeVersion, 'MIME-Version'],
  [HeaderId.MinExpires, 'Min-Expires'],
  [HeaderId.Organization, 'Organization'],
  [HeaderId.Priority, 'Priority'],
  [HeaderId.ProxyAuthenticate, 'Proxy-Authenticate'],
  [HeaderId.ProxyAuthorization, 'Proxy-Authorization'],
  [HeaderId.ProxyRequire, 'Proxy-Require'],
  [HeaderId.ReplyTo, 'Reply-To'],
  [HeaderId.RetryAfter, 'Retry-After'],
  [HeaderId.Subject, 'Subject', 's'],
  [HeaderId.Timestamp, 'Timestamp'],
  [HeaderId.Unsupported, 'Unsupported'],
  [HeaderId.Warning, 'Warning'],
  [HeaderId.WwwAuthenticate, 'WWW-Authenticate'],
  [HeaderId.Path, 'Path'],
  [HeaderId.ServiceRoute, 'Service-Route'],
  [HeaderId.Diversion, 'Diversion'],
  [HeaderId.HistoryInfo, 'History-Info'],
  [HeaderId.Privacy, 'Privacy'],
  [HeaderId.PPreferredIdentity, 'P-Preferred-Identity'],
  [HeaderId.RemotePartyId, 'Remote-Party-ID'],
  [HeaderId.RSeq, 'RSeq'],
  [HeaderId.RAck, 'RAck'],
  [HeaderId.ReferTo, 'Refer-To', 'r'],
  [HeaderId.ReferredBy, 'Referred-By', 'b'],
  [HeaderId.Replaces, 'Replaces'],
  [HeaderId.Event, 'Event', 'o'],
  [HeaderId.AllowEvents, 'Allow-Events', 'u'],
  [HeaderId.SubscriptionState, 'Subscription-State'],
  [HeaderId.Identity, 'Identity', 'y'],
  [HeaderId.IdentityInfo, 'Identity-Info', 'n'],
  [HeaderId.FlowTimer, 'Flow-Timer'],
  [HeaderId.AcceptContact, 'Accept-Contact', 'a'],
  [HeaderId.RejectContact, 'Reject-Contact', 'j'],
  [HeaderId.RequestDisposition, 'Request-Disposition', 'd'],
  [HeaderId.Join, 'Join'],
  [HeaderId.TargetDialog, 'Target-Dialog'],
  [HeaderId.SipETag, 'SIP-ETag'],
  [HeaderId.SipIfMatch, 'SIP-If-Match'],
  [HeaderId.GeolocationError, 'Geolocation-Error'],
  [HeaderId.Geolocation, 'Geolocation'],
  [HeaderId.SessionId, 'Session-ID'],
  [HeaderId.UserToUser, 'User-to-User'],
  [HeaderId.PEarlyMedia, 'P-Early-Media'],
  [HeaderId.PAccessNetworkInfo, 'P-Access-Network-Info'],
  [HeaderId.PChargingVector, 'P-Charging-Vector'],
  [HeaderId.SecurityClient, 'Security-Client'],
  [HeaderId.SecurityServer, 'Security-Server'],
  [HeaderId.SecurityVerify, 'Security-Verify'],
  [HeaderId.MaxBreadth, 'Max-Breadth'],
  [HeaderId.RecvInfo, 'Recv-Info'],
  [HeaderId.InfoPackage, 'Info-Package'],
  [HeaderId.ReferSub, 'Refer-Sub'],
  [HeaderId.ResourcePriority, 'Resource-Priority'],
  [HeaderId.AcceptResourcePriority, 'Accept-Resource-Priority'],
  [HeaderId.Hide, 'Hide'],
  [HeaderId.Encryption, 'Encryption'],
  [HeaderId.ResponseKey, 'Response-Key'],
];

/** An open-addressed hash table, a quarter full: most look-ups verify one name. Where its entry lies; 0 for none. */
const SLOTS = 512;
const slots = new Uint16Array(SLOTS);
/** The entries, one after the other: length, id and the octets of the name in lower case. */
const entries = new Uint8Array(2_048);
const NAME = 2;
const canonicalNames: string[] = [];
const octets = OCTETS;

/** Of the length and three octets, in lower case: enough to tell the known names apart nearly always. */
function slotOf(start: number, end: number): number {
  const length = end - start;
  const first = (octets[start] ?? 0) | 0x20;
  const middle = (octets[start + (length >> 1)] ?? 0) | 0x20;
  const last = (octets[end - 1] ?? 0) | 0x20;
  return (first * 5 + middle * 23 + last * 71 + length * 13) & (SLOTS - 1);
}

/** Writes an entry at `at`. Returns the offset behind it. */
function enter(name: string, id: HeaderId, at: number): number {
  const { length } = name;
  spell(name.toLowerCase());
  let slot = slotOf(0, length);
  while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  slots[slot] = at;
  entries[at] = length;
  entries[at + 1] = id;
  entries.set(octets.subarray(0, length), at + NAME);
  return at + NAME + length;
}

let free = 1;
for (const [id, name, compact] of NAMES) {
  canonicalNames[id] = name;
  free = enter(name, id, free);
  if (compact !== undefined) free = enter(compact, id, free);
}

function matches(start: number, length: number, at: number): boolean {
  if (entries[at] !== length) return false;
  for (let i = 0; i < length; i += 1) {
    const octet = octets[start + i] ?? 0;
    // Setting the case bit maps only letters onto letters, and on the names' other character, `-`, only CR.
    if ((octet | 0x20) !== entries[at + NAME + i] || octet === 0x0d) return false;
  }
  return true;
}

/** The id of the header field name text[start, end), in any case, long or compact; 0 when it is not known. */
export function headerIdAt(text: string, start: number, end: number): number {
  spell(text);
  return headerIdOf(start, end);
}

/** The same in the text that is spelled. */
export function headerIdOf(start: number, end: number): number {
  if (start >= end) return HeaderId.Unknown;
  let slot = slotOf(start, end);
  for (;;) {
    const at = slots[slot] ?? 0;
    if (at === 0) return HeaderId.Unknown;
    if (matches(start, end - start, at)) return entries[at + 1] ?? HeaderId.Unknown;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

/** The name as the RFC writes it; '' for Unknown. */
export function headerName(id: HeaderId): string {
  return canonicalNames[id] ?? '';
}
