import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';

/** A number as people of its country write it; what is none, such as a caller without a number, as it is. */
export function national(number: string): string {
  return parsePhoneNumberFromString(number)?.formatNational() ?? number;
}

export function backupText(backup: Failover['backup']): string {
  if (backup === null) return '';
  return typeof backup === 'string' ? backup : texts.failover.trunkGroup(backup.trunkGroup);
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the reader's zone. */
export const when = (time: string): string => dateTime.format(new Date(time));

const dateAlone = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const day = (time: string): string => dateAlone.format(new Date(time));

/** The time of day alone, for what is of today. */
export const timeOfDay = (time: string): string => clock.format(new Date(time));

const SECONDS = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
const UNITS = ['day', 'hour', 'minute', 'second'] as const;
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** How long ago, in the largest unit that fits. */
export function ago(time: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1_000);
  const unit = UNITS.find((one) => seconds >= SECONDS[one]) ?? 'second';
  return relative.format(-Math.floor(seconds / SECONDS[unit]), unit);
}

export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

/** Hands a text to the browser as a file. */
export function saveText(name: string, type: string, text: string): void {
  saveFile(name, new Blob([text], { type }));
}

/** Hands what was fetched to the browser as a file. */
export function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
