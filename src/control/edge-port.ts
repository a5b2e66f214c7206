import type { FromEdge, ToEdge } from '../link/messages.ts';

/** The way to one running trunk server, in order and without loss for as long as it runs. */
export interface EdgePort {
  post(message: ToEdge): void;
  onMessage(listener: (message: FromEdge) => void): void;
}
