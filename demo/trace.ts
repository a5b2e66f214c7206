import type { Sighting, Watcher } from './agents/sip-socket.ts';

/** Everything that the agents' sockets saw, in the order in which they saw it. */
export class Trace {
  readonly #sightings: Sighting[] = [];

  readonly watch: Watcher = (sighting) => {
    this.#sightings.push(sighting);
  };

  /** What belongs to one call: the Call-ID stays the same through a proxy. */
  ofCall(callId: string): readonly Sighting[] {
    return this.#sightings.filter(({ message }) => message.callId === callId);
  }
}
