import { AnsweringAgent } from '../../demo/agents/answering-agent.ts';
import { type Address, SipSocket } from '../../demo/agents/sip-socket.ts';
import type { Service } from '../../demo/service.ts';
import { Sipp, type SippEnding } from '../e2e/sipp.ts';
import { hostPort, Stand } from '../e2e/stand.ts';
import { PostgresProcess } from '../support/postgres-process.ts';

/** Where a call came out. */
export interface Landed {
  /** The number that was dialled over the gateway. */
  readonly number: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Calls that SIPp makes at every trunk server. */
export interface Load {
  readonly calls: number;
  /** Resolves once all calls are over. Throws SIPp's complaints where one was not answered, or its BYE was not. */
  readonly done: Promise<void>;
}

/** Two processes on one PostgreSQL with one trunk server each, and a gateway that answers every call for a number. */
export class TwoProcesses {
  readonly postgres: PostgresProcess;
  readonly one: Stand;
  readonly other: Stand;
  /** By Call-ID. */
  readonly landed = new Map<string, Landed>();
  readonly #gateway: AnsweringAgent;
  readonly #loads: Sipp[] = [];

  private constructor(postgres: PostgresProcess, one: Stand, other: Stand, socket: SipSocket) {
    this.postgres = postgres;
    this.one = one;
    this.other = other;
    this.#gateway = new AnsweringAgent(socket, { kind: 'answers', after: 0 });
  }

  /** `nets`: addresses that nothing else uses, 127.net.0.x. */
  static async start(nets: readonly [number, number], fsync: 'on' | 'off' = 'off'): Promise<TwoProcesses> {
    const postgres = await PostgresProcess.make(fsync);
    const stand = (net: number, name: string): Stand =>
      new Stand(net, {
        database: postgres.url,
        trunkServers: [{ name, address: `127.${net}.0.1`, port: 5060 }],
      });
    const [one, other] = [stand(nets[0], 'trunk1'), stand(nets[1], 'trunk2')];
    await one.start();
    await other.start();
    const landed = (callId: string, number: string): void => {
      if (!both.landed.has(callId)) both.landed.set(callId, { number, at: Date.now() });
    };
    const socket = await SipSocket.open('gateway', one.at(40), ({ direction, message }) => {
      if (direction !== 'received' || message.kind !== 'request' || message.method !== 'INVITE') return;
      landed(message.callId, message.uri.slice('sip:'.length, message.uri.indexOf('@')));
    });
    const both = new TwoProcesses(postgres, one, other, socket);
    const { api } = one.service;
    await api.createGateway({ name: 'carrier', sources: both.stands.map((at) => at.at(10).address) });
    await api.createGateway({ name: 'phones', address: hostPort(one.at(40)) });
    return both;
  }

  get stands(): readonly [Stand, Stand] {
    return [this.one, this.other];
  }

  get services(): readonly [Service, Service] {
    return [this.one.service, this.other.service];
  }

  /** Trunk servers, by process. */
  get trunkServers(): readonly [Address, Address] {
    return [this.one.trunk1, this.other.trunk1];
  }

  /** `rate`: new calls in a second, at each of the two trunk servers. */
  load(did: string, rate: number, seconds: number): Load {
    const calls = rate * seconds;
    const sipps = this.stands.map(
      (stand) =>
        new Sipp({
          scenario: 'carrier_answered',
          at: stand.at(10),
          to: stand.trunk1,
          rows: [[did.slice(2)]],
          calls,
          rate,
          timeout: seconds + 30,
        }),
    );
    this.#loads.push(...sipps);
    const done = Promise.all(sipps.map((sipp) => sipp.ended)).then((endings: readonly SippEnding[]) => {
      const failed = endings.find(({ code }) => code !== 0);
      if (failed !== undefined) throw new Error(`SIPp lost a call (code ${failed.code}):\n${failed.errors}`);
    });
    // Whoever waits for it later hears of it then.
    done.catch(() => {});
    return { calls: 2 * calls, done };
  }

  async end(): Promise<void> {
    for (const sipp of this.#loads) await sipp.stop();
    this.#gateway.close();
    await this.one.end();
    await this.other.end();
    await this.postgres.remove();
  }
}

/** Sends a change and gives back its revision. Throws where it was not made. */
export async function changed(
  service: Service,
  method: string,
  path: string,
  body: unknown,
): Promise<number> {
  const answer = await service.api.raw(method, path, body);
  const revision = revisionOf(answer.body);
  if (answer.status >= 300 || revision === undefined) {
    throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return revision;
}

function revisionOf(body: unknown): number | undefined {
  return typeof body === 'object' && body !== null && 'revision' in body && typeof body.revision === 'number'
    ? body.revision
    : undefined;
}
