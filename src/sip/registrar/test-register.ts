import type { Flow } from '../../base/flow.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import type { LiveBinding } from './binding.ts';
import { LocationService } from './location-service.ts';
import { type RegisterOutcome, register } from './register.ts';
import type { RegistrationLimits } from './register-request.ts';

export const NOW = 1_700_000_000_000;
export const AOR = 'group-1';
export const LIMITS: RegistrationLimits = {
  expiry: { min: 60, max: 3600, default: 1800 },
  isOurs: (host, port) => host === '198.51.100.1' && port === 5060,
};

/** What a test wants to be special about a REGISTER. */
export interface Special {
  readonly contacts?: readonly string[];
  readonly headers?: readonly string[];
  readonly callId?: string;
  readonly cseq?: number;
  readonly sentBy?: string;
  readonly source?: Flow;
  readonly at?: number;
}

export function flow(address: string, port: number): Flow {
  return { transport: 'UDP', address, port };
}

export function registerRequest(special: Special): SipRequest {
  const { contacts = [], headers = [], callId = 'c1@pbx', cseq = 1, sentBy = '192.0.2.10:5060' } = special;
  const lines = [
    'REGISTER sip:sip.example.com SIP/2.0',
    `Via: SIP/2.0/UDP ${sentBy};rport;branch=z9hG4bK776`,
    'Max-Forwards: 70',
    'From: <sip:pbx@sip.example.com>;tag=456248',
    'To: <sip:pbx@sip.example.com>',
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...contacts.map((contact) => `Contact: ${contact}`),
    ...headers,
    'Content-Length: 0',
  ];
  const message = parseMessage(`${lines.join('\r\n')}\r\n\r\n`);
  if (!(message instanceof SipRequest)) throw new Error(`not a request: ${JSON.stringify(message)}`);
  return message;
}

/** A registrar with one address of record. Every REGISTER has the next CSeq unless it says otherwise. */
export class TestRegistrar {
  readonly locationService = new LocationService();
  #cseq = 0;

  register(special: Special): RegisterOutcome {
    this.#cseq += 1;
    const { source = flow('192.0.2.10', 5060), at = NOW } = special;
    const request = registerRequest({ cseq: this.#cseq, ...special });
    return register(this.locationService, AOR, request, source, at, LIMITS);
  }

  bindings(at = NOW): readonly LiveBinding[] {
    return this.locationService.lookup(AOR, at);
  }

  /** The Contact URIs in the order in which calls try them. */
  contacts(at = NOW): string[] {
    return this.bindings(at).map(({ contact }) => contact);
  }
}

/** The values of the header lines named `name`. */
export function valuesOf(outcome: RegisterOutcome, name: string): string[] {
  const lines = outcome.headers.split('\r\n').filter((line) => line.startsWith(`${name}: `));
  return lines.map((line) => line.substring(name.length + 2));
}
