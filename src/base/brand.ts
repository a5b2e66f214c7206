declare const brand: unique symbol;

/**
 * A value that has been through the one parser which may mint it: a `Brand<string, 'E164'>` cannot be had
 * from a plain string in any other way.
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * Mints a brand. The only cast in the project: called by the parser of each branded type and by nothing
 * else, which test/architecture/types.test.ts checks.
 */
export function mint<B extends Brand<string, string>>(value: string): B {
  return value as B;
}
