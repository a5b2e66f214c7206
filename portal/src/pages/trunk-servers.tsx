import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { TrunkServer } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { Confirmed } from '../parts/confirm.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { Facts, Page, Section } from '../parts/page.tsx';
import { Notice, State, type Tone } from '../parts/state.tsx';
import { timeOfDay, when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.servers;
const TONE: Readonly<Record<TrunkServer['state'], Tone>> = {
  running: 'good',
  starting: 'warn',
  down: 'bad',
  away: 'bad',
};

export function TrunkServerState({ state }: { state: TrunkServer['state'] }) {
  return <State tone={TONE[state]}>{t.state[state]}</State>;
}

export default function TrunkServers() {
  const servers = useQuery({
    queryKey: ['trunk-servers'],
    queryFn: () => ask<{ entries: readonly TrunkServer[] }>('GET', '/trunk-servers'),
    refetchInterval: Math.min(useEvery(1_000), 2_000),
  });
  return (
    <Page title={t.title} hint={t.hint}>
      <Loaded query={servers}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty icon="servers">{t.empty}</Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              {entries.map((one) => (
                <Card key={one.name} server={one} />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Page>
  );
}

function Card({ server }: { server: TrunkServer }) {
  const { name, address, port, state, reason, revision, lag, health } = server;
  const number = (value: number | undefined) => value?.toLocaleString() ?? '–';
  return (
    <Section title={name} aside={<TrunkServerState state={state} />}>
      {reason !== null && (
        <Notice tone="bad" role="status">
          {reason}
        </Notice>
      )}
      <SimpleGrid cols={3} spacing="sm">
        {[
          [t.bindings, health?.bindings],
          [t.inProgress, health?.callsInProgress],
          [t.up, health?.callsUp],
        ].map(([label, value]) => (
          <div key={label}>
            <div className="tl-figure">{number(typeof value === 'number' ? value : undefined)}</div>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Facts
        facts={[
          [t.address, `${address}:${port}`],
          [
            t.revision,
            <Group key="revision" gap="xs">
              <span>{revision ?? '–'}</span>
              {lag === null ? (
                revision !== null && <State tone="good">{t.newest}</State>
              ) : (
                <State tone="warn">{t.lag(timeOfDay(lag.since))}</State>
              )}
            </Group>,
          ],
          [t.calls, number(health?.calls)],
          [t.load, health === null ? '–' : `${health.loopDelay.toFixed(0)} ms`],
          [t.datagrams, `${number(health?.datagramsIn)} / ${number(health?.datagramsOut)}`],
          [t.discarded, number(health?.discarded)],
          [
            t.lost,
            health !== null && health.recordsLost > 0 ? (
              <State tone="bad">{number(health.recordsLost)}</State>
            ) : (
              number(health?.recordsLost)
            ),
          ],
          [t.since, health?.at == null ? '–' : when(health.at)],
        ]}
      />
      {state === 'away' && <Forget name={name} />}
    </Section>
  );
}

function Forget({ name }: { name: string }) {
  const { mayChange } = useWho();
  const client = useQueryClient();
  const forget = useMutation({
    mutationFn: () => ask('DELETE', `/trunk-servers/${name}`),
    onSuccess: () => void client.invalidateQueries(),
  });
  return (
    <Stack align="start">
      <Confirmed
        label={t.remove}
        name={t.removeOf(name)}
        question={t.removeAsk(name)}
        consequence={t.removeMeans}
        action={t.remove}
        mutation={forget}
        hidden={!mayChange}
      />
    </Stack>
  );
}
