import type { SipRequest } from '../sip/message/message.ts';
import { isLoop } from '../sip/proxy/loop.ts';
import { type Refusal, refusalOf } from '../sip/proxy/validate.ts';
import type { TrunkServer } from './trunk-server.ts';

/** What we do ourselves, apart from forwarding within dialogs. */
export const ALLOW =
  'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, REFER, NOTIFY\r\n';

/** §16.3: why a request goes no further, whoever sent it; undefined when it may. */
export function requestRefusal(request: SipRequest, server: TrunkServer): Refusal | undefined {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return refusal;
  return isLoop(request, server.own.host, server.start.self.port) ? { status: 482 } : undefined;
}
