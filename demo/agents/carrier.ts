import { HeaderId } from '../../src/sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { Retransmission, T2 } from './retransmission.ts';
import type { Address, SipSocket } from './sip-socket.ts';
import { audioSdp, messageText, newBranch, responseLines, token } from './text.ts';

/** The caller's carrier: brings calls for DIDs. */
export class Carrier {
  readonly socket: SipSocket;
  readonly #calls = new Map<string, CarrierCall>();

  constructor(socket: SipSocket) {
    this.socket = socket;
    socket.onMessage = (message, from) => {
      if (message.kind === 'response') this.#calls.get(message.callId)?.received(message);
      else this.#request(message, from);
    };
  }

  /** Calls a number by way of a trunk server. */
  call(number: string, trunkServer: Address, caller = '+15125550199'): CarrierCall {
    const call = new CarrierCall(this.socket, number, caller, trunkServer);
    this.#calls.set(call.callId, call);
    return call;
  }

  close(): void {
    for (const call of this.#calls.values()) call.abandon();
    this.socket.close();
  }

  #request(request: SipRequest, from: Address): void {
    if (request.method === 'ACK') return;
    const call = this.#calls.get(request.callId);
    const known = request.method === 'BYE' && call !== undefined;
    if (known) call.hungUp = true;
    const [status, reason] = known ? [200, 'OK'] : [481, 'Call/Transaction Does Not Exist'];
    this.socket.send(messageText(responseLines(request, status, reason, token())), from);
  }
}

/** One call from the carrier: the INVITE client transaction and, once it is answered, the dialog. */
export class CarrierCall {
  readonly callId = token();
  /** When the first 180 or 183 came, in milliseconds since the INVITE. */
  ringingAfter: number | undefined;
  /** When the final response came, in milliseconds since the INVITE. */
  finalAfter: number | undefined;
  /** The other side has hung up. */
  hungUp = false;
  /** The final response to the INVITE. */
  readonly final: Promise<SipResponse>;
  /** Further final responses, which must not come: a second answered leg. */
  readonly surplus: SipResponse[] = [];
  readonly #socket: SipSocket;
  readonly #uri: string;
  readonly #trunkServer: Address;
  readonly #from: string;
  readonly #branch = newBranch();
  readonly #startedAt = performance.now();
  readonly #inviting: Retransmission;
  readonly #requests = new Map<string, (response: SipResponse) => void>();
  #progressed = false;
  #cancelling = false;
  #answer: SipResponse | undefined;
  #resolve: (response: SipResponse) => void = () => {};
  #sending = new Set<Retransmission>();

  constructor(socket: SipSocket, number: string, caller: string, trunkServer: Address) {
    this.#socket = socket;
    this.#trunkServer = trunkServer;
    this.#uri = `sip:${number}@${trunkServer.address}:${trunkServer.port}`;
    this.#from = `"Alice" <sip:${caller}@${socket.hostPort};user=phone>;tag=${token()}`;
    this.final = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const invite = messageText(
      [
        ...this.#head('INVITE', this.#uri, this.#branch, `<${this.#uri}>`, 1),
        `Contact: <sip:${caller}@${socket.hostPort}>`,
        'Supported: timer, 100rel',
      ],
      audioSdp(socket),
    );
    this.#inviting = new Retransmission(() => socket.send(invite, trunkServer));
  }

  /** Hangs up before anybody has answered (RFC 3261 9.1: only once a provisional response has come). */
  cancel(): void {
    this.#cancelling = true;
    if (!this.#progressed || this.finalAfter !== undefined) return;
    const text = messageText(this.#head('CANCEL', this.#uri, this.#branch, `<${this.#uri}>`, 1));
    const sending = new Retransmission(() => this.#socket.send(text, this.#trunkServer), T2);
    this.#sending.add(sending);
    this.#requests.set('CANCEL', () => sending.stop());
  }

  /** Hangs up an answered call. Resolves with the status of the answer; undefined where none comes in 5 s. */
  bye(): Promise<number | undefined> {
    const answer = this.#answer;
    if (answer === undefined) return Promise.resolve(undefined);
    const text = this.#inDialog(answer, 'BYE', 2);
    return new Promise((resolve) => {
      const sending = new Retransmission(() => this.#socket.send(text, this.#trunkServer), T2);
      const end = (status: number | undefined): void => {
        sending.stop();
        clearTimeout(deadline);
        resolve(status);
      };
      const deadline = setTimeout(() => end(undefined), 5_000);
      this.#requests.set('BYE', (response) => end(response.status));
    });
  }

  received(response: SipResponse): void {
    if (response.cseqMethod !== 'INVITE') {
      if (response.status >= 200) this.#requests.get(response.cseqMethod)?.(response);
      return;
    }
    this.#inviting.stop();
    const elapsed = performance.now() - this.#startedAt;
    if (response.status < 200) {
      const first = !this.#progressed;
      this.#progressed = true;
      if (response.status > 100) this.ringingAfter ??= elapsed;
      if (first && this.#cancelling) this.cancel();
      return;
    }
    this.#acknowledge(response);
    if (this.finalAfter === undefined) {
      this.finalAfter = elapsed;
      if (response.status < 300) this.#answer = response;
      this.#resolve(response);
    } else if (response.status < 300 && response.toTag !== this.#answer?.toTag) {
      this.surplus.push(response);
    }
  }

  /** Sends nothing more. */
  abandon(): void {
    this.#inviting.stop();
    for (const sending of this.#sending) sending.stop();
  }

  /** RFC 3261 13.2.2.4 for a 2xx, 17.1.1.3 for everything else. */
  #acknowledge(response: SipResponse): void {
    if (response.status < 300) {
      this.#socket.send(this.#inDialog(response, 'ACK', 1), this.#trunkServer);
      return;
    }
    const to = response.headers.value(HeaderId.To) ?? '';
    const lines = this.#head('ACK', this.#uri, this.#branch, to, 1);
    this.#socket.send(messageText(lines), this.#trunkServer);
  }

  #head(method: string, uri: string, branch: string, to: string, cseq: number): string[] {
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.#socket.hostPort};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: ${this.#from}`,
      `To: ${to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
    ];
  }

  /** RFC 3261 12.2.1.1: the Contact is the target, Record-Route reversed is the way. */
  #inDialog(answer: SipResponse, method: string, cseq: number): string {
    const { contacts, headers } = answer;
    const remote =
      contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0]?.uri : undefined;
    const to = headers.value(HeaderId.To) ?? '';
    const routes = headers.elements(HeaderId.RecordRoute).toReversed();
    return messageText([
      ...this.#head(method, remote ?? this.#uri, newBranch(), to, cseq),
      ...routes.map((route) => `Route: ${route}`),
    ]);
  }
}
