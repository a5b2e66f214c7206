import type { Random } from '../base/random.ts';
import type { Gateway } from '../domain/gateway.ts';

/**
 * The gateways that take calls, in the order in which one call tries them: by priority, and among equals drawn
 * by weight without putting back (as RFC 2782 orders SRV records).
 */
export function orderGateways(gateways: readonly Gateway[], random: Random): Gateway[] {
  const left: Gateway[] = [];
  for (const gateway of gateways) if (gateway.address !== undefined) left.push(gateway);
  // Nothing is drawn where there is no choice.
  if (left.length < 2) return left;
  const ordered: Gateway[] = [];
  while (left.length > 0) {
    const priority = lowestPriority(left);
    const drawn = draw(left, priority, random.fraction());
    const gateway = left[drawn];
    if (gateway === undefined) return ordered;
    ordered.push(gateway);
    left.splice(drawn, 1);
  }
  return ordered;
}

function lowestPriority(gateways: readonly Gateway[]): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { priority } of gateways) if (priority < lowest) lowest = priority;
  return lowest;
}

/** The index of the gateway of that priority on which `fraction` of their summed weight falls. */
function draw(gateways: readonly Gateway[], priority: number, fraction: number): number {
  let sum = 0;
  for (const gateway of gateways) if (gateway.priority === priority) sum += gateway.weight;
  let rest = fraction * sum;
  let last = 0;
  for (const [index, gateway] of gateways.entries()) {
    if (gateway.priority !== priority) continue;
    last = index;
    rest -= gateway.weight;
    if (rest < 0) return index;
  }
  return last;
}
