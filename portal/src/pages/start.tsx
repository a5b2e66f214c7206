import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Call, Gateway, Page, Registration } from '../api/types.ts';
import { NewAccount } from '../parts/new-account.tsx';
import { NewGateway } from '../parts/new-gateway.tsx';
import { national } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.start;

/** From nothing to a first call. What is done is seen from what is there. */
export default function Start() {
  const refetchInterval = useEvery(2_000);
  const gateways = useQuery({
    queryKey: ['gateways'],
    queryFn: () => ask<{ entries: readonly Gateway[] }>('GET', '/gateways'),
  });
  const groups = useQuery({
    queryKey: ['registrations', 'start'],
    queryFn: () => ask<Page<Registration>>('GET', '/registrations?limit=100'),
    refetchInterval,
  });
  const calls = useQuery({
    queryKey: ['calls', 'start'],
    queryFn: () => ask<Page<Call>>('GET', '/calls?outcome=answered&limit=1'),
    refetchInterval,
  });
  const entries = groups.data?.entries ?? [];
  const registered = entries.some(({ trunkServers }) => trunkServers.some((at) => at.bindings.length > 0));
  const first = calls.data?.entries[0];
  return (
    <Stack maw={760}>
      <Title>{t.title}</Title>
      <Text c="dimmed">{t.hint}</Text>
      <Step title={t.gateway} done={(gateways.data?.entries.length ?? 0) > 0}>
        <NewGateway />
      </Step>
      <Step title={t.account} done={entries.length > 0}>
        <NewAccount />
      </Step>
      <Step title={t.register} done={registered}>
        <Text>{t.registerHint}</Text>
      </Step>
      <Step title={t.call} done={first !== undefined}>
        <Text role="status">{first === undefined ? t.callHint : t.delivered(national(first.did))}</Text>
      </Step>
    </Stack>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  return (
    <Paper withBorder p="lg" component="section" aria-label={title}>
      <Group mb="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Badge variant="default">{done ? t.done : t.open}</Badge>
      </Group>
      {children}
    </Paper>
  );
}
