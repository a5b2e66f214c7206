import type { AttemptOutcome } from '../domain/delivery.ts';
import type { BranchEnd } from '../sip/proxy/branch.ts';

/** What the end of a branch means for failover. `trunkServer`: the target was another trunk server of ours. */
export function outcomeOf(end: BranchEnd, trunkServer: boolean): AttemptOutcome {
  switch (end.kind) {
    case 'noResponse':
      return { kind: 'noResponse', cause: end.cause };
    case 'transportFailed':
      return { kind: 'unreachable', cause: 'icmp' };
    case 'response': {
      const { status } = end.response;
      // What a trunk server says of its own bindings (see Delivery): nothing came from the PBX itself.
      if (trunkServer && status === 430) return { kind: 'unreachable', cause: 'notRegisteredThere' };
      if (trunkServer && status === 408) return { kind: 'noResponse', cause: 'silent' };
      return { kind: 'rejected', status };
    }
  }
}
