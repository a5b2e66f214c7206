/** Numbers as people type or paste many of them: one a line, or with commas between. */
export function numbersIn(typed: string): readonly string[] {
  return typed
    .split(/[\n,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
