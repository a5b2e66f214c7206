import type { Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';

/** National and E.164 form of a number of the North American plan; others as they are. */
export function national(number: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts === null ? number : `(${parts[1]}) ${parts[2]}-${parts[3]}`;
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
