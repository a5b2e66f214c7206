import type { Account } from '../domain/account.ts';
import type { Binding } from '../domain/binding.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import type { TrunkGroupNames } from '../store/trunk-groups.ts';
import type { ControlContext } from './context.ts';
import type { Answer } from './control-plane.ts';
import { pageLimit } from './refusals.ts';
import type { Page, PageRequest, RegistrationView, Scope, TrunkServerView } from './views.ts';

/** The live bindings of each trunk group at each trunk server, with a warning where calls would not find it. */
export async function listRegistrations(
  context: ControlContext,
  scope: Scope,
  page: PageRequest<TrunkGroupId>,
): Answer<Page<RegistrationView, TrunkGroupId>> {
  await context.edges.catchUp();
  const limit = pageLimit(page.limit);
  const trunkServers = context.edges.views();
  return await context.store.read(async (tables) => {
    const account = scope.kind === 'account' ? scope.account : undefined;
    const found = await tables.trunkGroups.list(account, page.after, limit + 1);
    const shown = found.slice(0, limit);
    const accounts = new Map<AccountId, Account>();
    for (const stored of await tables.accounts.getMany([...new Set(shown.map((group) => group.account))])) {
      accounts.set(stored.account.id, stored.account);
    }
    const bindings = await tables.bindings.ofTrunkGroups(
      shown.map(({ id }) => id),
      context.clock.now(),
    );
    const bindingsOf = Map.groupBy(bindings, ({ trunkGroup }) => trunkGroup);
    const entries = shown.map((trunkGroup) =>
      registrationOf(
        trunkGroup,
        accounts.get(trunkGroup.account),
        bindingsOf.get(trunkGroup.id) ?? [],
        trunkServers,
      ),
    );
    const next = found.length > limit ? shown.at(-1)?.id : undefined;
    return next === undefined ? { entries } : { entries, next };
  });
}

function registrationOf(
  trunkGroup: TrunkGroupNames,
  account: Account | undefined,
  own: readonly Binding[],
  trunkServers: readonly TrunkServerView[],
): RegistrationView {
  const places = trunkServers.map(({ id }) => ({
    trunkServer: id,
    bindings: own.filter((binding) => binding.trunkServer === id),
  }));
  const warning = warningOf(trunkGroup, account, places, trunkServers);
  return {
    trunkGroup: trunkGroup.id,
    account: trunkGroup.account,
    username: trunkGroup.username,
    trunkServers: places,
    ...(warning === undefined ? {} : { warning }),
  };
}

function warningOf(
  trunkGroup: TrunkGroupNames,
  account: Account | undefined,
  places: RegistrationView['trunkServers'],
  trunkServers: readonly TrunkServerView[],
): RegistrationView['warning'] {
  if (account?.suspended === true) {
    return {
      kind: 'suspended',
      text: 'The account is suspended.',
      reason: 'Its calls get 480, and its PBX cannot register; what is registered ends when it expires.',
      remedy: 'Set "suspended" of the account to false.',
    };
  }
  const without = places
    .filter(({ bindings }) => bindings.length === 0)
    .map(({ trunkServer }) => trunkServer);
  // Nobody can register with one that is away, nor do calls come there.
  const there = trunkServers.filter(({ state }) => state !== 'away');
  const missing = there.filter(({ id }) => without.includes(id));
  if (missing.length === 0) return undefined;
  const where = words(missing.map(({ id, address, port }) => `${id} (${address} port ${port})`));
  if (missing.length === there.length) {
    return {
      kind: 'notRegistered',
      text: 'No PBX is registered.',
      reason: 'Calls go straight to the failover settings, and are lost where there are none.',
      remedy: `Register the PBX as user ${trunkGroup.username} with ${where}.`,
    };
  }
  // One registration is enough where the bindings at other trunk servers are tried first.
  if (account?.delivery.sharedRegistrations === true) return undefined;
  const elsewhere = words(missing.map(({ id }) => id));
  const here = words(
    places.filter(({ bindings }) => bindings.length > 0).map(({ trunkServer }) => trunkServer),
  );
  return {
    kind: 'someTrunkServers',
    text: `The PBX is registered with ${here}, but not with ${elsewhere}.`,
    reason: `Carriers send calls to every trunk server. Where failover settings exist, a call that comes to ${elsewhere} goes to them although the PBX is up.`,
    remedy: `Register the PBX with ${where}, too.`,
  };
}

function words(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
