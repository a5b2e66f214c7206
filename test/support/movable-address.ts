import { connect, createServer, type Server, type Socket } from 'node:net';

/** An address that leads to one port and later to another, as that of a database cluster does. */
export class MovableAddress {
  readonly port: number;
  readonly #server: Server;
  readonly #open: Set<Socket>;
  readonly #to: { port: number };

  private constructor(server: Server, open: Set<Socket>, to: { port: number }) {
    const at = server.address();
    this.port = typeof at === 'object' && at !== null ? at.port : 0;
    this.#server = server;
    this.#open = open;
    this.#to = to;
  }

  static async open(port: number): Promise<MovableAddress> {
    const open = new Set<Socket>();
    const to = { port };
    const server = createServer((near) => {
      const far = connect(to.port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(one);
        one.pipe(other);
        one.on('error', () => {});
        one.on('close', () => {
          open.delete(one);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MovableAddress(server, open, to);
  }

  /** Connections that are open are cut. */
  moveTo(port: number): void {
    this.#to.port = port;
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
