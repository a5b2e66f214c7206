import { z } from 'zod';
import type { Address } from '../demo/agents/sip-socket.ts';

const MEGABYTE = 1_024 * 1_024;

const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.object({ sessionId: z.string().optional(), message: z.string().optional() }).loose().optional(),
  result: z.object({ usedSize: z.number().optional() }).loose().optional(),
});

type Message = z.output<typeof message>;

/**
 * What the threads of a Node process hold on to, measured through its inspector: the resident memory says
 * little, because V8 lets garbage lie until the heap has grown by as much again.
 */
export class LiveHeap {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: Message['result']) => void>();
  readonly #threads: string[] = [];
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#received(message.parse(JSON.parse(String(data)))));
  }

  /** `at`: where the process was started to listen, with `--inspect`. */
  static async open(at: Address): Promise<LiveHeap> {
    const answer = await fetch(`http://${at.address}:${at.port}/json`);
    const [target] = z.array(z.object({ webSocketDebuggerUrl: z.string() })).parse(await answer.json());
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    const heap = new LiveHeap(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    await heap.#ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return heap;
  }

  /** After a full collection, in MB: the main thread and all workers together. */
  async megabytes(): Promise<number> {
    let sum = 0;
    for (const thread of [undefined, ...this.#threads]) {
      await this.#ask('HeapProfiler.collectGarbage', {}, thread);
      sum += (await this.#ask('Runtime.getHeapUsage', {}, thread))?.usedSize ?? Number.NaN;
    }
    return sum / MEGABYTE;
  }

  close(): void {
    this.#socket.close();
  }

  #ask(
    method: string,
    params: Readonly<Record<string, unknown>>,
    thread?: string,
  ): Promise<Message['result']> {
    const id = this.#next;
    this.#next += 1;
    const text = JSON.stringify({ id, method, params });
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      if (thread === undefined) this.#socket.send(text);
      else void this.#ask('NodeWorker.sendMessageToWorker', { sessionId: thread, message: text });
    });
  }

  #received({ id, method, params, result }: Message): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    } else if (method === 'NodeWorker.attachedToWorker' && params?.sessionId !== undefined) {
      this.#threads.push(params.sessionId);
    } else if (method === 'NodeWorker.receivedMessageFromWorker' && params?.message !== undefined) {
      this.#received(message.parse(JSON.parse(params.message)));
    }
  }
}
