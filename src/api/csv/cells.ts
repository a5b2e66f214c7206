import type { ControlPlane } from '../../control/control-plane.ts';
import type { E164 } from '../../domain/phone-number.ts';

/**
 * What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), also in full width. It does so at the
 * beginning of a cell, and where a program that splits at another separator than ours sees a cell begin.
 */
const FORMULA = /(?<=^|[;,|\t\r\n"])('*)(?=[=+\-@\t\r\n＝＋－＠])/gu;
const MADE_TEXT = /(?<=^|[;,|\t\r\n"])'('*)(?=[=+\-@\t\r\n＝＋－＠])/gu;

/** The text with an apostrophe before all that a spreadsheet would run as a formula. `fromCell` gives the text back. */
export function toCell(text: string): string {
  return text.replace(FORMULA, "'$1");
}

/** What was written by `toCell`, or typed without it. */
export function fromCell(cell: string): string {
  return cell.replace(MADE_TEXT, '$1');
}

/**
 * A phone number, so that a spreadsheet neither computes with it nor rounds it: the ten digits of a number of North America where
 * that is home, else E.164 behind an apostrophe.
 */
export function numberCell(number: E164, { tenDigits }: Pick<ControlPlane, 'tenDigits'>): string {
  return tenDigits(number) ?? toCell(number);
}
