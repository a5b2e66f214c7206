import { Text } from '@mantine/core';
import type { Effective } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { backupText, national } from './words.ts';

const t = texts.failover;

/** What a call gets when the PBX cannot be reached, each part with whose setting it is. */
export function InForce({ effective: { backup, number } }: { effective: Effective }) {
  const parts = [
    ...(backup === null
      ? []
      : [{ kind: t.backupShort, text: backupText(backup.value), source: backup.source }]),
    ...(number === null
      ? []
      : [{ kind: t.numberShort, text: national(number.value), source: number.source }]),
  ];
  if (parts.length === 0) {
    return (
      <Text span size="sm" c="dimmed">
        {t.nothing}
      </Text>
    );
  }
  return parts.map(({ kind, text, source }, index) => (
    <Text key={kind} size="sm" truncate title={`${kind}: ${text}`}>
      {index > 0 && <span aria-hidden="true">→ </span>}
      {text}{' '}
      <Text span size="xs" c="dimmed">
        {source === 'did' ? t.fromDid : t.fromAccount}
      </Text>
    </Text>
  ));
}
