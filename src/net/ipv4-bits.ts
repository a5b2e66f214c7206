const DOT = 0x2e;
const ZERO = 0x30;

/** The four bytes of an IPv4 address, the first one highest: 0 to 2**32 - 1. Undefined for anything else. */
export function ipv4Bits(address: string): number | undefined {
  let bits = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < address.length; i += 1) {
    const code = address.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return undefined;
      bits = bits * 256 + byte;
      byte = 0;
      digits = 0;
      dots += 1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    byte = byte * 10 + digit;
    digits += 1;
    if (digits > 3 || byte > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? bits * 256 + byte : undefined;
}
