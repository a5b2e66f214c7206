import type { FastifyReply } from 'fastify';
import type { ChangeAnswer, Changed, ControlPlane } from '../control/control-plane.ts';
import type { TrunkServerView } from '../control/views.ts';
import { refuse } from './problem.ts';
import { answer } from './route.ts';
import type { ProblemDocument } from './schemas/problem.ts';

/**
 * The answer to a change that makes a SIP password, which no other answer shows, with the trunk servers to
 * register with. Those are asked for first, so that nothing is left to fail once the password exists.
 */
export async function answerWithCredentials<T, B>(
  reply: FastifyReply,
  control: ControlPlane,
  make: () => ChangeAnswer<T>,
  body: (change: Changed<T>, trunkServers: readonly TrunkServerView[]) => B,
): Promise<B | ProblemDocument> {
  const trunkServers = await control.trunkServers();
  if (!trunkServers.ok) return refuse(reply, trunkServers.error);
  return answer(reply, make(), (change) => body(change, trunkServers.value));
}
