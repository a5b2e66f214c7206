import { assertNever } from '../base/assert-never.ts';
import type { PbxAddressError } from './pbx-address.ts';

const FORM = 'Write host, host:port or host:port;transport=tcp, such as pbx.example.com:5060.';

/** What was wrong with a PBX address and what would be right, in plain words. */
export function explainPbxAddress(error: PbxAddressError): string {
  switch (error.kind) {
    case 'empty':
      return `There is no host. ${FORM}`;
    case 'tooLong':
      return `This is too long for an address. ${FORM}`;
    case 'scheme':
      return `Leave out "${error.scheme}:" and give the address alone. ${FORM}`;
    case 'userPart':
      return `Leave out everything up to the "@"; calls carry the DID there. ${FORM}`;
    case 'badIpv4':
      return `"${error.found}" is not an IPv4 address. Give four numbers from 0 to 255 without leading zeros, such as 198.51.100.7, or a host name.`;
    case 'badIpv6':
      return `"${error.found}" is not an IPv6 address. Write it in brackets and without a zone, such as [2001:db8::7].`;
    case 'ipv6WithoutBrackets':
      return `An IPv6 address stands in brackets, so that its port can be told from it: [${error.found}].`;
    case 'badPort':
      return `"${error.found}" is not a port. Give a number from 1 to 65535, or leave it out.`;
    case 'internationalName':
      return `"${error.found}" has letters that DNS does not know. Give the name in its ASCII form, which begins with "xn--".`;
    case 'badLabel':
      return error.label === ''
        ? 'The host name has an empty part: two dots in a row, or one at its beginning.'
        : `"${error.label}" cannot be part of a host name. Use letters, digits and hyphens, at most 63, with no hyphen at either end.`;
    case 'notFullyQualified':
      return `"${error.found}" is not a full host name. Give it with its domain, such as ${error.found}.example.com, or give an IP address.`;
    case 'nameTooLong':
      return 'The host name is longer than the 253 characters that DNS allows.';
    case 'badTransport':
      return `"${error.found}" is not a transport. Use udp, tcp or tls, or leave ";transport=" out.`;
    case 'unknownParameter':
      return `";${error.found}" is not known here. The only parameter is ";transport=udp", "tcp" or "tls".`;
    default:
      return assertNever(error);
  }
}
