import type { Delivery } from './delivery.ts';

/** The calls in delivery. Each knows its place here, so that none is looked for. */
export class Deliveries {
  readonly #all: Delivery[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(delivery: Delivery): void {
    delivery.place = this.#all.length;
    this.#all.push(delivery);
  }

  /** It must be there. */
  remove(delivery: Delivery): void {
    const last = this.#all.pop();
    if (last === undefined || last === delivery) return;
    this.#all[delivery.place] = last;
    last.place = delivery.place;
  }

  /** As they are now, in no order. */
  values(): readonly Delivery[] {
    return this.#all.slice();
  }
}
