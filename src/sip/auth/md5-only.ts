/**
 * User agents that give up when any challenge names an algorithm other than MD5, wherever it stands, although
 * they are to pass over those that they do not know (RFC 8760 section 2.4). They are the baresip that
 * Debian 12 ships, and older ones: their SIP library answers "Function not implemented" to itself.
 */
const NAME = 'baresip v';
const VERSIONS = ['0.', '1.', '2.0', '2.1', '2.2'];

/** True for a User-Agent that must be offered MD5 alone, or it could not register at all. */
export function knowsOnlyMd5(userAgent: string | undefined): boolean {
  if (userAgent === undefined || !userAgent.startsWith(NAME)) return false;
  return VERSIONS.some((version) => userAgent.startsWith(version, NAME.length));
}
