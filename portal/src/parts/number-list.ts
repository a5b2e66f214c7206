/** Numbers as people give many of them. */
export interface TypedNumbers {
  readonly kind: 'list' | 'range';
  readonly list: string;
  readonly from: string;
  readonly to: string;
}

export const NO_NUMBERS: TypedNumbers = { kind: 'list', list: '', from: '', to: '' };

/** One a line, or with commas between. */
function numbersIn(typed: string): readonly string[] {
  return typed
    .split(/[\n,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** As POST /accounts/{id}/dids takes them. */
export function newNumbers({ kind, list, from, to }: TypedNumbers) {
  return kind === 'list' ? { numbers: numbersIn(list) } : { range: { from, to } };
}

/** As POST /accounts takes them; an account may begin with none. */
export function accountNumbers({ kind, list, from, to }: TypedNumbers) {
  if (kind === 'list') return { dids: numbersIn(list) };
  return from.trim() === '' && to.trim() === '' ? {} : { didRange: { from, to } };
}
