import { Button, Text } from '@mantine/core';
import { texts } from '../texts/en.ts';
import { Notice } from './state.tsx';

const t = texts.failover;

/** Both what somebody else has set and what is typed here; the person decides. */
export function Conflict(props: { theirs: string; yours: string; onTakeTheirs: () => void }) {
  return (
    <Notice tone="warn" title={t.conflict} role="alert">
      <Text>
        {t.theirs}: {props.theirs}
      </Text>
      <Text>
        {t.yours}: {props.yours}
      </Text>
      <Button variant="default" size="xs" mt="xs" onClick={props.onTakeTheirs}>
        {t.takeTheirs}
      </Button>
    </Notice>
  );
}

type Values<N extends string> = Readonly<Record<N, string | boolean>>;

/** Of these fields those in which the two differ, each with its label. */
export function differences<N extends string>(
  labels: Readonly<Record<N, string>>,
  fields: Values<N>,
  other: Values<N>,
): string {
  const names: N[] = [];
  for (const name in labels) if (fields[name] !== other[name]) names.push(name);
  return names.map((name) => `${labels[name]}: ${inWords(fields[name])}`).join('; ');
}

function inWords(value: string | boolean): string {
  if (typeof value === 'boolean') return value ? t.on : t.off;
  return value === '' ? t.nothing : value;
}
