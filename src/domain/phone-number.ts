import type { Brand } from '../base/brand.ts';

/** A phone number in E.164: `+` and 7–15 digits, the first not 0. */
export type E164 = Brand<string, 'E164'>;
