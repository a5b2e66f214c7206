import { err, ok, type Result } from '../../base/result.ts';
import type { AuditChange, AuditStates } from '../../domain/audit.ts';
import type { Gateway } from '../../domain/gateway.ts';
import { gatewayId } from '../../domain/ids.ts';
import { formatPbxAddress } from '../../domain/pbx-address.ts';
import type { Repositories } from '../../store/store.ts';
import type { ControlContext } from '../context.ts';
import type { ControlError } from '../errors.ts';
import { blankGateway, changeTo, noGatewayLeft, readGateway } from '../gateway-commands.ts';
import { conflict } from '../refusals.ts';
import type { GatewayChange as GatewayInput } from '../views.ts';
import { gatewayChanges } from './differences.ts';
import { drift, isGone } from './drift.ts';
import { NOTHING_BACK, type PutBack } from './put-back.ts';
import { gatewayState } from './states.ts';

type GatewayChange = Extract<AuditChange, { what: 'gateway' }>;

/** A gateway as it was before: one that was added goes, one that was removed comes back. */
export async function undoGateway(
  context: ControlContext,
  tables: Repositories,
  { ids: [text = ''], name = text, before, after }: GatewayChange,
  revision: number,
  now: number,
): Promise<Result<PutBack, ControlError>> {
  const id = gatewayId(text);
  const present = await tables.gateways.get(id);
  if (after === null) {
    if (before === null) return ok(NOTHING_BACK);
    if (present !== undefined) return conflict('gateway', `The gateway ${name} is there again already.`);
    const read = await readGateway(context, tables, blankGateway(id), inputOf(before));
    if (!read.ok) return read;
    await tables.gateways.insert(read.value, now, revision);
    return ok(backTo(undefined, read.value));
  }
  if (present === undefined) {
    return err({ kind: 'conflict', problems: [isGone('gateway', `The gateway ${name}`)] });
  }
  const problems = drift('gateway', `the gateway ${present.name}`, after, gatewayState(present));
  if (problems.length > 0) return err({ kind: 'conflict', problems });
  if (before === null) {
    await tables.gateways.delete(id);
    return ok({
      changes: [{ kind: 'gatewayRemoved', id }],
      audit: gatewayChanges({ before: present, after: undefined }),
      warnings: present.address === undefined ? [] : await noGatewayLeft(tables, 'gateway'),
    });
  }
  const read = await readGateway(context, tables, present, inputOf(before));
  if (!read.ok) return read;
  await tables.gateways.update(read.value, revision);
  return ok(backTo(present, read.value));
}

function inputOf({ address, ...rest }: AuditStates['gateway']): GatewayInput {
  if (address === undefined) return rest;
  return { ...rest, address: address === null ? null : formatPbxAddress(address) };
}

function backTo(before: Gateway | undefined, after: Gateway): PutBack {
  const { changes, audit, warnings = [] } = changeTo('undone', before, after, []);
  return { changes, audit: audit.flatMap((one) => one.changes), warnings };
}
