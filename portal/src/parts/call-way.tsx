import { Text } from '@mantine/core';
import type { Failover } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { Icon, type IconName } from './icon.tsx';
import { backupText, national } from './words.ts';

const t = texts.failover;

interface Station {
  readonly icon: IconName;
  readonly kind: string;
  readonly text: string;
}

/** The way of a call in words and as a small picture: the PBX, then the backup, then the number. */
export function CallWay({ failover }: { failover: Failover | null }) {
  const backup = failover?.backup ? backupText(failover.backup) : undefined;
  const number = failover?.number ? national(failover.number) : undefined;
  const stations: readonly Station[] = [
    { icon: 'pbx', kind: t.first, text: t.pbx },
    ...(backup === undefined ? [] : [{ icon: 'servers' as const, kind: t.backupShort, text: backup }]),
    ...(number === undefined ? [] : [{ icon: 'calls' as const, kind: t.numberShort, text: number }]),
  ];
  return (
    <div>
      <Text mb="sm">{failover === null ? t.none : t.inWords(backup, number)}</Text>
      <div
        className="tl-way"
        role="img"
        aria-label={`${t.way}: ${stations.map(({ text }) => text).join(', then ')}`}
      >
        {stations.map(({ icon, kind, text }, index) => (
          <div key={kind} style={{ display: 'contents' }}>
            {index > 0 && (
              <span className="tl-arrow">
                <Icon name="arrow" />
              </span>
            )}
            <div className="tl-station" {...(index > 0 ? { 'data-tone': 'accent' } : {})}>
              <Icon name={icon} size={20} />
              <div style={{ minWidth: 0 }}>
                <Text size="xs" c="dimmed" lh={1.2}>
                  {kind}
                </Text>
                <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
                  {text}
                </Text>
              </div>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
