import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Plan } from '../api/types.ts';
import { Loaded } from '../parts/list-state.tsx';
import { national } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.plan;

/** What a call for a DID would meet now: a ladder for each trunk server. */
export default function DidPlan() {
  const { number = '' } = useParams({ strict: false });
  const plan = useQuery({
    queryKey: ['plan', number],
    queryFn: () => ask<Plan>('GET', `/dids/${encodeURIComponent(number)}/plan`),
    refetchInterval: Math.min(useEvery(2_000), 5_000),
  });
  return (
    <Stack maw={760}>
      <Title>{t.title}</Title>
      <Text fw={600}>
        {national(number)} · {number}
      </Text>
      <Text c="dimmed">{t.legend}</Text>
      <Loaded query={plan}>
        {({ trunkServers }) =>
          trunkServers.map((at) => (
            <Paper key={at.trunkServer} withBorder p="lg" component="section" aria-label={at.trunkServer}>
              <Title order={2} size="h4" mb="sm">
                {t.at(at.trunkServer)}
              </Title>
              {at.failure !== null && <Alert color="red">{at.failure.text}</Alert>}
              {at.failure === null && at.attempts.length === 0 && <Text>{t.empty}</Text>}
              <ol>
                {at.attempts.map((attempt) => (
                  <li key={attempt.text}>
                    <Text td={attempt.skipped === null ? 'none' : 'line-through'}>{attempt.text}</Text>
                    {attempt.skipped !== null && (
                      <Text size="sm" c="dimmed">
                        {t.skipped}: {attempt.skipped.text}
                      </Text>
                    )}
                  </li>
                ))}
              </ol>
            </Paper>
          ))
        }
      </Loaded>
    </Stack>
  );
}
