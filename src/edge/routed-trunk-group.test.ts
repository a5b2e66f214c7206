import { expect, test, vi } from 'vitest';
import { trunkGroup } from '../../test/support/store-contract.ts';
import { RoutedTrunkGroup, type Unseal } from './routed-trunk-group.ts';

const { ha1, ...names } = trunkGroup();
const SEALED = { ...names, sealed: { md5: 'sealed md5', sha256: 'sealed sha256' } };

test('what is sealed is opened when it is first needed, and once', () => {
  const unseal = vi.fn<Unseal>(() => ha1);
  const routed = new RoutedTrunkGroup(SEALED);
  expect(unseal).not.toHaveBeenCalled();
  expect([routed.credentials(unseal, 1), routed.credentials(unseal, 2)]).toEqual([ha1, ha1]);
  expect(unseal.mock.calls).toEqual([[names.id, SEALED.sealed]]);
});

test('with what cannot be opened nobody is let in, and it is tried once', () => {
  const unseal = vi.fn<Unseal>(() => undefined);
  const routed = new RoutedTrunkGroup(SEALED);
  expect([routed.credentials(unseal, 1), routed.credentials(unseal, 2)]).toEqual([undefined, undefined]);
  expect(unseal).toHaveBeenCalledOnce();
});

test('what came open stays so, and the old password counts until its time', () => {
  const old = { md5: 'o', sha256: 'p', until: 10 };
  const unseal = vi.fn<Unseal>();
  const routed = new RoutedTrunkGroup({ ...names, ha1, oldHa1: old });
  expect([routed.credentials(unseal, 9), routed.credentials(unseal, 10)]).toEqual([{ ...ha1, old }, ha1]);
  expect(unseal).not.toHaveBeenCalled();
});
