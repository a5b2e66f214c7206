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

/** One cell of a CSV file; what a spreadsheet would run as a formula is made text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

export function save(name: string, rows: readonly (readonly string[])[]): void {
  const text = rows.map((row) => row.map(csvCell).join(',')).join('\r\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
