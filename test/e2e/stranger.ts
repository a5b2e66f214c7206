import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../demo/agents/sip-socket.ts';

/** Sends bytes from an address that is nobody's and notes what comes back, however broken it is. */
export class Stranger {
  readonly #socket: Socket;
  readonly #statuses = new Set<number>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const status = Number(/^SIP\/2\.0 (\d{3}) /.exec(data.toString('latin1'))?.[1]);
      if (status >= 200) this.#statuses.add(status);
    });
  }

  static async at({ address, port }: Address): Promise<Stranger> {
    const socket = createSocket('udp4').bind(port, address);
    await once(socket, 'listening');
    return new Stranger(socket);
  }

  /** The different final statuses that have come. */
  get finals(): readonly number[] {
    return [...this.#statuses];
  }

  send(text: string, { address, port }: Address): void {
    this.#socket.send(Buffer.from(text, 'latin1'), port, address);
  }

  close(): void {
    this.#socket.close();
  }
}
