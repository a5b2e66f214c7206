import { ok, type Result } from '../../base/result.ts';
import type { HeaderError } from './header-error.ts';
import { type NameAddress, parseNameAddress } from './name-address.ts';

/** Reads the values of Route, Record-Route, Path or Service-Route, in their order. `header` is for the error. */
export function parseRoutes(
  elements: readonly string[],
  header: string,
): Result<readonly NameAddress[], HeaderError> {
  const routes: NameAddress[] = [];
  for (const element of elements) {
    const route = parseNameAddress(element, header);
    if (!route.ok) return route;
    routes.push(route.value);
  }
  return ok(routes);
}
