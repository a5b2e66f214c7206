import { Group, Stack, Text } from '@mantine/core';
import type { Plan, PlannedAttempt } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { State, type Tone } from './state.tsx';
import { national, timeOfDay } from './words.ts';

const t = texts.plan;

type At = Plan['trunkServers'][number];

/** What is called, for people. */
function calledBy({ target }: PlannedAttempt, at: At): string {
  switch (target.kind) {
    case 'bindings':
      return t.bindings(at.bindings.length);
    case 'trunkServer':
      return target.trunkServer ?? '';
    case 'address':
      return target.address ?? '';
    case 'number': {
      const number = target.number ?? '';
      return `${national(number)} · ${number}`;
    }
  }
}

/** The attempts from top to bottom, each with its live state and the reason why it is there or left out. */
export function PlanLadder({ at }: { at: At }) {
  const first = at.attempts.findIndex(({ skipped }) => skipped === null);
  return (
    <ol className="tl-ladder">
      {at.attempts.map((attempt, index) => (
        <Rung key={attempt.text} attempt={attempt} at={at} index={index} isFirst={index === first} />
      ))}
      <li data-tone={first === -1 ? 'bad' : 'quiet'}>
        <span className="tl-rung" aria-hidden="true">
          !
        </span>
        <Text fw={550} pt={4}>
          {first === -1 ? t.failsAtOnce : t.fails}
        </Text>
        <Text size="sm" c="dimmed">
          {t.failsHint}
        </Text>
      </li>
    </ol>
  );
}

function Rung(props: { attempt: PlannedAttempt; at: At; index: number; isFirst: boolean }) {
  const { attempt, at, index, isFirst } = props;
  const { reason, skipped } = attempt;
  const tone: Tone = skipped !== null ? 'quiet' : isFirst ? 'good' : 'accent';
  return (
    <li data-tone={tone}>
      <span className="tl-rung" aria-hidden="true">
        {index + 1}
      </span>
      <Group gap="sm" pt={3}>
        <Text fw={600} td={skipped === null ? 'none' : 'line-through'}>
          {t.kinds[reason.kind]}
        </Text>
        <State tone={tone}>{skipped !== null ? t.skipped : isFirst ? t.now : t.next}</State>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {calledBy(attempt, at)}
      </Text>
      <Text size="sm" c="dimmed">
        {skipped === null ? t.because(reason.text) : t.leftOut(skipped.text)}
      </Text>
      {reason.kind === 'registered' && at.bindings.length > 0 && (
        <Stack gap={2} mt={4}>
          {at.bindings.map((binding) => (
            <Text key={binding.contact} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {t.binding(binding.contact, binding.from, timeOfDay(binding.expiresAt))}
            </Text>
          ))}
        </Stack>
      )}
    </li>
  );
}
