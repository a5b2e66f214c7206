import type { TrunkServerId } from '../domain/ids.ts';
import type { PeerAddress } from '../link/routing.ts';
import type { EdgeFeed } from './edge-feed.ts';
import type { EdgePort } from './edge-port.ts';
import type { TrunkServerView } from './views.ts';

/** One trunk server, whether it runs or not. */
export interface Edge {
  readonly id: TrunkServerId;
  readonly handOver: string;
  view: TrunkServerView;
  /** Resolved when it runs for the first time. */
  readonly ready: PromiseWithResolvers<void>;
  listening: boolean;
  /** While it runs. */
  running: { readonly port: EdgePort; readonly feed: EdgeFeed } | undefined;
}

/** What nobody can say of a trunk server that does not run. */
export const UNKNOWN = {
  revision: undefined,
  health: undefined,
  healthAt: undefined,
  lag: undefined,
} as const;

/** A trunk server that has not been started yet. */
export function edgeOf({ id, address, port, handOver = address }: PeerAddress): Edge {
  return {
    id,
    handOver,
    view: { id, address, port, state: 'down', reason: 'not started yet', ...UNKNOWN },
    ready: Promise.withResolvers(),
    listening: false,
    running: undefined,
  };
}
