import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipResponse } from '../../src/sip/message/message.ts';
import { AnsweringAgent, type Behaviour } from './answering-agent.ts';
import { answerChallenge, type Credentials } from './digest.ts';
import type { Address, SipSocket } from './sip-socket.ts';
import { token } from './text.ts';

/** How long a PBX waits for the answer to a REGISTER, in milliseconds. */
const PATIENCE = 5_000;

/** A customer's PBX: registers with digest and takes calls. */
export class Pbx {
  readonly agent: AnsweringAgent;
  readonly #credentials: Credentials;
  readonly #userAgent: string;
  readonly #callId = token();
  #cseq = 0;

  constructor(socket: SipSocket, credentials: Credentials, behaviour: Behaviour, userAgent = 'Demo PBX') {
    this.agent = new AnsweringAgent(socket, behaviour);
    this.#credentials = credentials;
    this.#userAgent = userAgent;
  }

  /** Registers for `expires` seconds; 0 unregisters. Returns the final status, undefined where none came. */
  async register(registrar: Address, expires = 3600): Promise<number | undefined> {
    const first = await this.#register(registrar, expires, []);
    if (first?.status !== 401) return first?.status;
    const authorization = answerChallenge(
      first.headers.values(HeaderId.WwwAuthenticate),
      'REGISTER',
      this.#uri(registrar),
      this.#credentials,
    );
    if (authorization === undefined) return first.status;
    return (await this.#register(registrar, expires, [`Authorization: ${authorization}`]))?.status;
  }

  close(): void {
    this.agent.close();
  }

  #uri(registrar: Address): string {
    return `sip:${registrar.address}:${registrar.port}`;
  }

  #register(registrar: Address, expires: number, extra: readonly string[]): Promise<SipResponse | undefined> {
    const { username } = this.#credentials;
    const aor = `<sip:${username}@${registrar.address}:${registrar.port}>`;
    this.#cseq += 1;
    const lines = (via: string): readonly string[] => [
      `REGISTER ${this.#uri(registrar)} SIP/2.0`,
      `Via: ${via}`,
      'Max-Forwards: 70',
      `From: ${aor};tag=${token()}`,
      `To: ${aor}`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${this.#cseq} REGISTER`,
      // Asterisk tells its trunks apart by `line=`, so it must come back in the Request-URI of calls.
      `Contact: <sip:${username}@${this.agent.socket.hostPort};line=demo>`,
      `Expires: ${expires}`,
      `User-Agent: ${this.#userAgent}`,
      ...extra,
    ];
    return this.agent.request(registrar, lines, PATIENCE);
  }
}
