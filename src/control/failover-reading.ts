import { err, ok, type Result } from '../base/result.ts';
import type { TrunkGroup } from '../domain/account.ts';
import { explainAddress, pbxAddressAllowed } from '../domain/address-policy.ts';
import { explainPbxAddress } from '../domain/explain-pbx-address.ts';
import { explainRefusal } from '../domain/explain-refusal.ts';
import type { Backup, FailoverSettings } from '../domain/failover-settings.ts';
import { gatewayPlaces } from '../domain/gateway.ts';
import type { AccountId, TrunkGroupId } from '../domain/ids.ts';
import { checkFailoverNumber } from '../domain/number-policy.ts';
import { parsePbxAddress } from '../domain/pbx-address.ts';
import type { E164 } from '../domain/phone-number.ts';
import type { Repositories } from '../store/store.ts';
import type { ControlContext } from './context.ts';
import type { ControlError } from './errors.ts';
import { refused } from './refusals.ts';
import type { FailoverInput } from './views.ts';

type NumberCheck = ReturnType<typeof checkFailoverNumber>;
type GatewayPlaces = ReturnType<typeof gatewayPlaces>;

/**
 * Checks failover settings, one or 10,000 of them, with the same few statements, as far as that goes without
 * knowing whose they are.
 */
export class FailoverReading {
  readonly #context: ControlContext;
  readonly #gateways: GatewayPlaces;
  readonly #numbers: ReadonlyMap<string, NumberCheck>;
  readonly #backups = new Map<string, Result<Backup, string>>();

  private constructor(
    context: ControlContext,
    gateways: GatewayPlaces,
    numbers: ReadonlyMap<string, NumberCheck>,
  ) {
    this.#context = context;
    this.#gateways = gateways;
    this.#numbers = numbers;
  }

  /**
   * `numbers`: the texts of all failover numbers that will be read. `newDids`: what will be hosted here with the same change, and so
   * must not be pointed to either.
   */
  static async of(
    context: ControlContext,
    tables: Repositories,
    numbers: readonly string[],
    newDids: ReadonlySet<E164> = new Set(),
  ): Promise<FailoverReading> {
    const checked = new Map<string, NumberCheck>();
    for (const text of numbers) {
      if (!checked.has(text))
        checked.set(
          text,
          checkFailoverNumber(text, context.numberPolicy, () => false),
        );
    }
    const wanted = [...checked.values()].flatMap((check) => (check.ok ? [check.value] : []));
    const hosted =
      wanted.length === 0 ? newDids : new Set([...newDids, ...(await tables.dids.hosted(wanted))]);
    for (const [text, check] of checked) {
      if (check.ok && hosted.has(check.value)) {
        checked.set(text, err({ kind: 'ownDid', number: check.value }));
      }
    }
    return new FailoverReading(context, gatewayPlaces(await tables.gateways.list()), checked);
  }

  /** `field`: what it is called in the request. */
  number(text: string, field: string): Result<E164, ControlError> {
    const { numberPolicy } = this.#context;
    const check = this.#numbers.get(text) ?? checkFailoverNumber(text, numberPolicy, () => false);
    return check.ok ? check : refused(field, explainRefusal(check.error, numberPolicy.homeCountry));
  }

  backup(input: Exclude<FailoverInput['backup'], undefined>, field: string): Result<Backup, ControlError> {
    if (typeof input !== 'string') return ok({ kind: 'trunkGroup', trunkGroup: input.trunkGroup });
    const known = this.#backups.get(input) ?? this.#address(input);
    this.#backups.set(input, known);
    return known.ok ? known : refused(field, known.error);
  }

  /** `field`: what the settings are called in the request, with a dot behind, or nothing. */
  settings(input: FailoverInput, field: string): Result<FailoverSettings, ControlError> {
    const backup = input.backup === undefined ? ok(undefined) : this.backup(input.backup, `${field}backup`);
    if (!backup.ok) return backup;
    const number = input.number === undefined ? ok(undefined) : this.number(input.number, `${field}number`);
    if (!number.ok) return number;
    const settings = settingsOf(backup.value, number.value);
    return settings === undefined
      ? refused(`${field}number`, 'There is neither a backup nor a number. Give one, or delete the settings.')
      : ok(settings);
  }

  #address(text: string): Result<Backup, string> {
    const address = parsePbxAddress(text);
    if (!address.ok) return err(explainPbxAddress(address.error));
    const policy = { ...this.#context.addressPolicy, gateways: this.#gateways };
    const allowed = pbxAddressAllowed(address.value, policy);
    return allowed.ok ? ok({ kind: 'address', address: allowed.value }) : err(explainAddress(allowed.error));
  }
}

/** undefined where there is neither. */
export function settingsOf(
  backup: Backup | undefined,
  number: E164 | undefined,
): FailoverSettings | undefined {
  if (backup === undefined) return number === undefined ? undefined : { number };
  return number === undefined ? { backup } : { backup, number };
}

/**
 * Why these settings cannot be those of an account that has these trunk groups, or of a DID on `trunkGroup`; undefined where
 * they can. A trunk group must not be its own backup.
 */
export function misplacedAmong(
  trunkGroups: readonly Pick<TrunkGroup, 'id'>[],
  settings: FailoverSettings,
  trunkGroup: TrunkGroupId | undefined,
): string | undefined {
  const { backup } = settings;
  if (backup?.kind !== 'trunkGroup') return undefined;
  if (!trunkGroups.some(({ id }) => id === backup.trunkGroup)) {
    return `There is no trunk group ${backup.trunkGroup.slice(0, 60)} in this account. Name one that is, or give an address.`;
  }
  if (backup.trunkGroup === trunkGroup || trunkGroups.length === 1) {
    return 'A trunk group cannot be its own backup. Name another one, or give an address.';
  }
  return undefined;
}

/** As `misplacedAmong`, with the trunk groups from the store where they matter. */
export async function misplacedBackup(
  tables: Repositories,
  settings: FailoverSettings,
  account: AccountId,
  trunkGroup: TrunkGroupId | undefined,
): Promise<string | undefined> {
  if (settings.backup?.kind !== 'trunkGroup') return undefined;
  return misplacedAmong(await tables.trunkGroups.ofAccounts([account]), settings, trunkGroup);
}

/** One set of failover settings. `field`: as for `FailoverReading.settings`. */
export async function readFailover(
  context: ControlContext,
  tables: Repositories,
  input: FailoverInput,
  field: string,
): Promise<Result<FailoverSettings, ControlError>> {
  const numbers = input.number === undefined ? [] : [input.number];
  return (await FailoverReading.of(context, tables, numbers)).settings(input, field);
}
