import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../demo/api.ts';
import { dialled, failoverNumber } from './address-plan.ts';

/** What a portal with some people at it asks for, over and over, until it is stopped. */
export class BusyApi {
  #stopped = false;
  #requests = 0;
  readonly #done: Promise<void>;

  constructor(api: Api) {
    this.#done = this.#run(api);
  }

  /** Returns how many requests were answered. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#done;
    return this.#requests;
  }

  async #run(api: Api): Promise<void> {
    // DIDs whose calls are not measured: only the load is wanted.
    for (let i = 1_501; !this.#stopped; i = i === 1_999 ? 1_501 : i + 1) {
      const number = `+${dialled(i)}`;
      for (const path of [`/calls?limit=50`, `/dids/${encodeURIComponent(number)}/plan`, '/registrations']) {
        const { status } = await api.raw('GET', path);
        if (status !== 200) throw new Error(`GET ${path} was answered with ${status}`);
      }
      await api.setDidFailover(number, { number: failoverNumber(i) });
      this.#requests += 4;
      await sleep(20);
    }
  }
}
