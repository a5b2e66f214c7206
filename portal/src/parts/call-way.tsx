import { Group, Text } from '@mantine/core';
import type { Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { backupText, national } from './words.ts';

/** The way of a call as a small picture: the PBX, then the backup, then the number. */
export function CallWay({ failover }: { failover: Failover | null }) {
  const stations = [
    texts.failover.pbx,
    ...(failover?.backup ? [backupText(failover.backup)] : []),
    ...(failover?.number ? [national(failover.number)] : []),
  ];
  return (
    <div>
      <Group gap="xs" role="img" aria-label={`${texts.failover.way}: ${stations.join(', then ')}`}>
        {stations.map((station, index) => (
          <Group key={station} gap="xs">
            {index > 0 && <span>→</span>}
            <Text
              component="span"
              px="sm"
              py={4}
              style={{ border: '1px solid var(--mantine-color-default-border)', borderRadius: 8 }}
            >
              {station}
            </Text>
          </Group>
        ))}
      </Group>
      {failover === null && (
        <Text size="sm" c="dimmed" mt="xs">
          {texts.failover.none}
        </Text>
      )}
    </div>
  );
}
