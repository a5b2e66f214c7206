import { assertNever } from '../base/assert-never.ts';
import { hostText } from '../base/flow.ts';

/** Why a socket cannot be bound. */
export type BindError =
  | { readonly kind: 'inUse'; readonly address: string; readonly port: number }
  | { readonly kind: 'notOurAddress'; readonly address: string; readonly port: number }
  | { readonly kind: 'notAllowed'; readonly address: string; readonly port: number }
  /** No IP address, or no port number. */
  | { readonly kind: 'badAddress'; readonly address: string; readonly port: number }
  | { readonly kind: 'system'; readonly address: string; readonly port: number; readonly code: string };

/** Why something could not be sent. */
export type SendError =
  /** The peer's machine says that nobody listens (ICMP port unreachable, a TCP reset). */
  | { readonly kind: 'refused' }
  /** No route, network or host unreachable. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  | { readonly kind: 'system'; readonly code: string };

/** One sentence for the operator: what is wrong and what would be right. */
export function describeBindError(error: BindError): string {
  const where = `${hostText(error.address)}:${error.port}`;
  switch (error.kind) {
    case 'inUse':
      return `${where} is in use by another program: stop it, or choose another port.`;
    case 'notOurAddress':
      return `${where} cannot be used because no network interface of this machine has the address ${error.address}.`;
    case 'notAllowed':
      return `${where} may not be used by this user: ports below 1024 need the right to bind them.`;
    case 'badAddress':
      return `${where} is no IP address with a port from 0 to 65535.`;
    case 'system':
      return `${where} cannot be used: the system says ${error.code}.`;
    default:
      return assertNever(error);
  }
}

export function bindError(error: Error, address: string, port: number): BindError {
  const code = systemCode(error);
  switch (code) {
    case 'EADDRINUSE':
      return { kind: 'inUse', address, port };
    case 'EADDRNOTAVAIL':
      return { kind: 'notOurAddress', address, port };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'notAllowed', address, port };
    default:
      return { kind: 'system', address, port, code };
  }
}

export function sendError(error: Error): SendError {
  const code = systemCode(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return { kind: 'refused' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return { kind: 'unreachable' };
    default:
      return { kind: 'system', code };
  }
}

/** The system's name for an error, such as EADDRINUSE; the message where it has none. */
export function systemCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
