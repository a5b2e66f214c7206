import type { Address } from '../../demo/agents/sip-socket.ts';
import type { CreatedAccount } from '../../demo/api.ts';
import { runSipp } from './sipp.ts';
import { hostPort } from './stand.ts';

/** A row for register.xml. */
function registrationRow({ credentials }: CreatedAccount, contact: Address): readonly string[] {
  const { password, username } = credentials;
  // SIPp replaces [authentication] only where the whole of it stands in one field.
  return [username, `[authentication username=${username} password=${password}]`, hostPort(contact)];
}

/** Has SIPp register a PBX from the very address at which it takes calls, before anything else listens there. */
export async function registerPbx(account: CreatedAccount, pbx: Address, registrar: Address): Promise<void> {
  const rows = [registrationRow(account, pbx)];
  await runSipp({ scenario: 'register', at: pbx, to: registrar, calls: 1, rows, timeout: 5 });
}
