import { ok, type Result } from '../base/result.ts';
import { formatAddressRange, parseAddressRange } from '../domain/address-policy.ts';
import type { AuditAction } from '../domain/audit.ts';
import { explainPbxAddress } from '../domain/explain-pbx-address.ts';
import type { Gateway } from '../domain/gateway.ts';
import { type GatewayId, gatewayId } from '../domain/ids.ts';
import { formatPbxAddress, type PbxAddress, parsePbxAddress } from '../domain/pbx-address.ts';
import type { GatewayPlace } from '../store/gateways.ts';
import type { Repositories } from '../store/store.ts';
import { gatewayChanges } from './audit/differences.ts';
import { type Change, type ControlContext, change } from './context.ts';
import type { Answer, ChangeAnswer } from './control-plane.ts';
import { demandMatch } from './edit-tags.ts';
import type { ControlError, Problem } from './errors.ts';
import { readName } from './input.ts';
import { conflict, notFound, pageLimit, refused } from './refusals.ts';
import { newId } from './tokens.ts';
import type { GatewayChange, GatewayInput, GatewayView, Page, PageRequest } from './views.ts';

const DEFAULT_PRIORITY = 10;
const DEFAULT_WEIGHT = 10;
const MOST_SOURCES = 1_000;
/** No carrier has more than a /8. */
const NARROW_BITS = 8;
const LARGEST = 65_535;

export async function createGateway(context: ControlContext, input: GatewayInput): ChangeAnswer<GatewayView> {
  return await change(context, async (tables, revision, now) => {
    const blank = blankGateway(gatewayId(newId('gw', now)));
    const gateway = await readGateway(context, tables, blank, input);
    if (!gateway.ok) return gateway;
    await tables.gateways.insert(gateway.value, now, revision);
    return ok(changeTo('gatewayCreated', undefined, gateway.value, []));
  });
}

/** A gateway before anything of it is given. */
export function blankGateway(id: GatewayId): Gateway {
  return { id, name: '', sources: [], ...DEFAULTS };
}

const DEFAULTS = { priority: DEFAULT_PRIORITY, weight: DEFAULT_WEIGHT, trusted: false } as const;

export async function changeGateway(
  context: ControlContext,
  id: GatewayId,
  input: GatewayChange,
): ChangeAnswer<GatewayView> {
  return await change(context, async (tables, revision) => {
    const stored = await tables.gateways.get(id);
    if (stored === undefined) return notFound('gateway', id);
    const fits = demandMatch(context.ifMatch, { kind: 'gateway', view: gatewayView(stored) });
    if (!fits.ok) return fits;
    const gateway = await readGateway(context, tables, stored, input);
    if (!gateway.ok) return gateway;
    await tables.gateways.update(gateway.value, revision);
    const gone = stored.address !== undefined && gateway.value.address === undefined;
    const warnings = gone ? await noGatewayLeft(tables, 'address') : [];
    return ok(changeTo('gatewayChanged', stored, gateway.value, warnings));
  });
}

export async function removeGateway(
  context: ControlContext,
  id: GatewayId,
): ChangeAnswer<{ readonly removed: GatewayId }> {
  return await change(context, async (tables) => {
    const stored = await tables.gateways.get(id);
    if (stored === undefined) return notFound('gateway', id);
    const fits = demandMatch(context.ifMatch, { kind: 'gateway', view: gatewayView(stored) });
    if (!fits.ok) return fits;
    await tables.gateways.delete(id);
    const warnings = stored.address === undefined ? [] : await noGatewayLeft(tables, 'id');
    const gone = gatewayChanges({ before: stored, after: undefined });
    return ok({
      value: { removed: id },
      changes: [{ kind: 'gatewayRemoved', id }],
      audit: [{ action: 'gatewayRemoved', changes: gone }],
      warnings,
    });
  });
}

export function changeTo(
  action: AuditAction,
  before: Gateway | undefined,
  gateway: Gateway,
  warnings: readonly Problem[],
): Change<GatewayView> {
  return {
    value: gatewayView(gateway),
    changes: [{ kind: 'gateway', gateway }],
    audit: [{ action, changes: gatewayChanges({ before, after: gateway }) }],
    warnings: [...warnings, ...wideSources(gateway)],
  };
}

/** Sources from which half the world could call. */
function wideSources({ sources }: Gateway): Problem[] {
  return sources.flatMap((source, index) => {
    const range = parseAddressRange(source);
    if (range === undefined || range.bits >= NARROW_BITS) return [];
    const message = `${source} lets in calls from so many addresses that they are not all the carrier's. Whoever sends from there can call every DID; give the carrier's own ranges.`;
    return [{ field: `sources[${index}]`, message }];
  });
}

export async function noGatewayLeft(tables: Repositories, field: string): Promise<Problem[]> {
  const left = (await tables.gateways.list()).some(({ address }) => address !== undefined);
  if (left) return [];
  const message =
    'No gateway takes calls now, so no failover number can be dialled. Give a gateway an address.';
  return [{ field, message }];
}

/** In the order in which they are tried. */
export async function listGateways(
  context: ControlContext,
  page: PageRequest<GatewayPlace>,
): Answer<Page<GatewayView, GatewayPlace>> {
  const limit = pageLimit(page.limit);
  return await context.store.read(async (tables) => {
    const found = await tables.gateways.page(page.after, limit + 1);
    const entries = found.slice(0, limit).map(gatewayView);
    const next = found.length > limit ? entries.at(-1) : undefined;
    if (next === undefined) return { entries };
    return { entries, next: { priority: next.priority, name: next.name } };
  });
}

export async function getGateway(context: ControlContext, id: GatewayId): Answer<GatewayView> {
  const found = await context.store.read((tables) => tables.gateways.get(id));
  if (!found.ok) return found;
  return found.value === undefined ? notFound('gateway', id) : ok(gatewayView(found.value));
}

/** Lays what was given over `base` and checks the whole. */
export async function readGateway(
  context: ControlContext,
  tables: Repositories,
  base: Gateway,
  input: GatewayChange,
): Promise<Result<Gateway, ControlError>> {
  const name = input.name === undefined ? readName(base.name, 'name') : readName(input.name, 'name');
  if (!name.ok) return name;
  const others = (await tables.gateways.list()).filter((gateway) => gateway.id !== base.id);
  if (others.some((gateway) => gateway.name === name.value)) {
    return conflict('name', `There is a gateway called ${name.value} already; give another name.`);
  }
  const sources = input.sources === undefined ? ok(base.sources) : readSources(input.sources);
  if (!sources.ok) return sources;
  const address = readAddress(context, base, input.address);
  if (!address.ok) return address;
  if (sources.value.length === 0 && address.value === undefined) {
    return refused(
      'sources',
      'This gateway would neither send nor take calls. Give the addresses that its calls come from, an address where numbers are dialled, or both.',
    );
  }
  const priority = input.priority ?? base.priority;
  const weight = input.weight ?? base.weight;
  if (!Number.isInteger(priority) || priority < 0 || priority > LARGEST) {
    return refused(
      'priority',
      `${priority} is not a priority; give a whole number from 0 to ${LARGEST}. Lower is tried first.`,
    );
  }
  if (!Number.isInteger(weight) || weight < 1 || weight > LARGEST) {
    return refused('weight', `${weight} is not a weight; give a whole number from 1 to ${LARGEST}.`);
  }
  return ok({
    id: base.id,
    name: name.value,
    sources: sources.value,
    ...(address.value === undefined ? {} : { address: address.value }),
    priority,
    weight,
    trusted: input.trusted ?? base.trusted,
  });
}

function readSources(texts: readonly string[]): Result<readonly string[], ControlError> {
  if (texts.length > MOST_SOURCES) {
    return refused('sources', `These are ${texts.length} sources; ${MOST_SOURCES} are the most.`);
  }
  const sources = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, text] of texts.entries()) {
    const source = text.trim();
    const range = parseAddressRange(source);
    if (range === undefined) {
      const message = `"${source.slice(0, 60)}" is neither an IP address nor a range; give one such as 203.0.113.7 or 203.0.113.0/24.`;
      problems.push({ field: `sources[${index}]`, message });
    } else {
      sources.add(formatAddressRange(range));
    }
  }
  return problems.length === 0 ? ok([...sources]) : { ok: false, error: { kind: 'refused', problems } };
}

/** The operator may send calls anywhere but back to us. */
function readAddress(
  context: ControlContext,
  base: Gateway,
  text: string | null | undefined,
): Result<PbxAddress | undefined, ControlError> {
  if (text === undefined) return ok(base.address);
  if (text === null) return ok(undefined);
  const address = parsePbxAddress(text);
  if (!address.ok) return refused('address', explainPbxAddress(address.error));
  const { host, port } = address.value;
  const own = context.edges.views().find((trunkServer) => {
    return (
      host.kind !== 'name' && host.address === trunkServer.address && (port ?? 5060) === trunkServer.port
    );
  });
  if (own === undefined) return address;
  return refused('address', `This is ${own.id} itself; give the address where the carrier takes calls.`);
}

function gatewayView(gateway: Gateway): GatewayView {
  const { id, name, sources, priority, weight, trusted } = gateway;
  const address = gateway.address === undefined ? undefined : formatPbxAddress(gateway.address);
  return { id, name, sources, address, priority, weight, trusted };
}
