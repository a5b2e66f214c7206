/**
 * User agents that give up when any challenge names an algorithm other than MD5, wherever it stands, although
 * they are to pass over those that they do not know (RFC 8760 section 2.4). They are the baresip that
 * Debian 12 ships, and older ones: their SIP library answers "Function not implemented" to itself.
 */
const MD5_ONLY = ['baresip v0.', 'baresip v1.', 'baresip v2.0', 'baresip v2.1', 'baresip v2.2'];

/** True for a User-Agent that must be offered MD5 alone, or it could not register at all. */
export function knowsOnlyMd5(userAgent: string | undefined): boolean {
  return userAgent !== undefined && MD5_ONLY.some((start) => userAgent.startsWith(start));
}
