/** Ends a `switch` over a closed union: a new member that is not handled no longer compiles. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
