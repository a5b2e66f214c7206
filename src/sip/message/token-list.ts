import { isAll, TOKEN } from '../uri/characters.ts';

/** True when `tokens` has `token`, compared without regard to case: option tags, methods of Allow, … */
export function hasToken(tokens: readonly string[], token: string): boolean {
  const wanted = token.toLowerCase();
  return tokens.some((t) => t.toLowerCase() === wanted);
}

/** Those of `required` that are not among `known`, in their order: what Unsupported names in a 420. */
export function unknownTokens(required: readonly string[], known: readonly string[]): string[] {
  return required.filter((token) => !hasToken(known, token));
}

/** True when each element is a token. */
export function areTokens(elements: readonly string[]): boolean {
  return elements.every((element) => isAll(element, 0, element.length, TOKEN));
}
