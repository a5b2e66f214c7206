import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { Retransmission, T2 } from './retransmission.ts';
import type { Address, SipSocket } from './sip-socket.ts';
import { audioSdp, messageText, newBranch, responseLines, token } from './text.ts';

/** What an agent does with a call. */
export type Behaviour =
  /** Rings for so many milliseconds, then answers. */
  | { readonly kind: 'answers'; readonly after: number }
  /** Answers nothing at all, as a machine does that hangs. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'rejects'; readonly status: number; readonly reason: string };

interface Call {
  readonly invite: SipRequest;
  readonly from: Address;
  readonly toTag: string;
  /** The newest response, to be sent again when the INVITE comes again. */
  response: string | undefined;
  ringing: NodeJS.Timeout | undefined;
  ok: Retransmission | undefined;
  state: 'ringing' | 'answered' | 'over';
}

/** A user agent server: takes calls as its behaviour says. PBX, backup PBX and phone gateway are this. */
export class AnsweringAgent {
  readonly socket: SipSocket;
  behaviour: Behaviour;
  readonly #calls = new Map<string, Call>();
  readonly #responses = new Map<string, (response: SipResponse) => void>();

  constructor(socket: SipSocket, behaviour: Behaviour) {
    this.socket = socket;
    this.behaviour = behaviour;
    socket.onMessage = (message, from) => {
      if (message.kind === 'request') this.#request(message, from);
      else this.#responses.get(message.via.branch ?? '')?.(message);
    };
  }

  /** The Request-URIs of the calls that came, in the order in which they came. */
  get called(): readonly string[] {
    return [...this.#calls.values()].map((call) => call.invite.uri);
  }

  /** Sends a request of its own and waits for the final response; undefined where none comes in time. */
  request(
    to: Address,
    lines: (via: string) => readonly string[],
    within: number,
  ): Promise<SipResponse | undefined> {
    const branch = newBranch();
    const text = messageText(lines(`SIP/2.0/UDP ${this.socket.hostPort};branch=${branch};rport`));
    return new Promise((resolve) => {
      const sending = new Retransmission(() => this.socket.send(text, to), T2);
      const end = (response: SipResponse | undefined): void => {
        sending.stop();
        clearTimeout(deadline);
        this.#responses.delete(branch);
        resolve(response);
      };
      const deadline = setTimeout(() => end(undefined), within);
      this.#responses.set(branch, (response) => {
        if (response.status >= 200) end(response);
      });
    });
  }

  /**
   * Hangs up its newest answered call (RFC 3261 12.2.1.1, as the UAS). Returns the final status of the BYE,
   * undefined where none came or no call is up.
   */
  async hangUp(): Promise<number | undefined> {
    const call = [...this.#calls.values()].findLast(({ state }) => state === 'answered');
    if (call === undefined) return undefined;
    this.#end(call);
    const { contacts, headers } = call.invite;
    const target =
      contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
    const lines = (via: string): readonly string[] => [
      `BYE ${target ?? ''} SIP/2.0`,
      `Via: ${via}`,
      ...headers.values(HeaderId.RecordRoute).map((route) => `Route: ${route}`),
      'Max-Forwards: 70',
      `From: ${headers.value(HeaderId.To) ?? ''};tag=${call.toTag}`,
      `To: ${headers.value(HeaderId.From) ?? ''}`,
      `Call-ID: ${call.invite.callId}`,
      'CSeq: 1 BYE',
    ];
    return (await this.request(call.from, lines, 5_000))?.status;
  }

  /** Takes no more calls and sends nothing more. */
  close(): void {
    for (const call of this.#calls.values()) this.#end(call);
    this.socket.close();
  }

  #request(request: SipRequest, from: Address): void {
    if (this.behaviour.kind === 'silent') {
      if (request.method === 'INVITE') this.#note(request, from);
      return;
    }
    const call = this.#calls.get(request.callId);
    switch (request.method) {
      case 'INVITE':
        if (call === undefined) this.#take(this.#note(request, from));
        else if (call.response !== undefined) this.socket.send(call.response, from);
        return;
      case 'ACK':
        call?.ok?.stop();
        return;
      case 'CANCEL':
        this.#answer(request, from, call === undefined ? 481 : 200);
        if (call?.state === 'ringing') this.#final(call, 487, 'Request Terminated');
        return;
      case 'BYE':
        this.#answer(request, from, call?.state === 'answered' ? 200 : 481);
        if (call !== undefined) this.#end(call);
        return;
      case 'OPTIONS':
        this.#answer(request, from, 200);
        return;
      default:
        this.#answer(request, from, 501);
    }
  }

  #note(invite: SipRequest, from: Address): Call {
    const known = this.#calls.get(invite.callId);
    if (known !== undefined) return known;
    const call: Call = {
      invite,
      from,
      toTag: token(),
      response: undefined,
      ringing: undefined,
      ok: undefined,
      state: 'ringing',
    };
    this.#calls.set(invite.callId, call);
    return call;
  }

  #take(call: Call): void {
    const { behaviour } = this;
    this.#respond(call, 100, 'Trying');
    switch (behaviour.kind) {
      case 'silent':
        return;
      case 'rejects':
        this.#final(call, behaviour.status, behaviour.reason);
        return;
      case 'answers':
        this.#respond(call, 180, 'Ringing');
        call.ringing = setTimeout(() => this.#pickUp(call), behaviour.after);
    }
  }

  #respond(call: Call, status: number, reason: string, sdp?: string): void {
    const contact = status > 100 && status < 300 ? [`Contact: <sip:${this.socket.hostPort}>`] : [];
    const lines = [...responseLines(call.invite, status, reason, call.toTag), ...contact];
    const text = messageText(lines, sdp);
    call.response = text;
    this.socket.send(text, call.from);
  }

  /** RFC 3261 13.3.1.4: a 2xx goes out again until the ACK comes, whatever the transport. */
  #pickUp(call: Call): void {
    if (call.state !== 'ringing') return;
    call.state = 'answered';
    call.ok = new Retransmission(() => this.#respond(call, 200, 'OK', audioSdp(this.socket)), T2);
  }

  #final(call: Call, status: number, reason: string): void {
    clearTimeout(call.ringing);
    call.state = 'over';
    call.ok = new Retransmission(() => this.#respond(call, status, reason), T2);
  }

  #answer(request: SipRequest, from: Address, status: number): void {
    const reason =
      { 200: 'OK', 481: 'Call/Transaction Does Not Exist', 501: 'Not Implemented' }[status] ?? '';
    const toTag = this.#calls.get(request.callId)?.toTag ?? token();
    this.socket.send(messageText(responseLines(request, status, reason, toTag)), from);
  }

  #end(call: Call): void {
    clearTimeout(call.ringing);
    call.ok?.stop();
    call.state = 'over';
  }
}
