import { Anchor, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask, askAll } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type {
  Account,
  Call,
  Gateway,
  Page as ListPage,
  Registration,
  Service,
  TrunkServer,
} from '../api/types.ts';
import { CallOutcome } from '../parts/call-outcome.tsx';
import { Loaded } from '../parts/list-state.tsx';
import { Facts, Figure, Page, Section } from '../parts/page.tsx';
import { Notice, State, type Tone } from '../parts/state.tsx';
import { ago, bytes, national, timeOfDay, when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';
import { TrunkServerState } from './trunk-servers.tsx';

const t = texts.overview;
const AT_MOST = 5;

interface Now {
  readonly service: Service;
  readonly servers: readonly TrunkServer[];
  readonly gateways: readonly Gateway[];
}

/** How the service is: what is wrong first, then figures, then what happened last. */
export default function Overview() {
  const refetchInterval = Math.min(useEvery(2_000), 3_000);
  const now = useQuery({
    queryKey: ['trunk-servers', 'overview'],
    queryFn: async (): Promise<Now> => {
      const [service, servers, gateways] = await Promise.all([
        ask<Service>('GET', '/service'),
        ask<{ entries: readonly TrunkServer[] }>('GET', '/trunk-servers'),
        // While the database is away the rest is worth the more.
        askAll<Gateway>('/gateways').catch(() => []),
      ]);
      return { service, servers: servers.entries, gateways };
    },
    refetchInterval,
  });
  return (
    <Page title={t.title} hint={t.hint}>
      <Loaded query={now}>
        {(it) => (
          <>
            <Troubles now={it} />
            <Figures now={it} />
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <TrunkServers servers={it.servers} />
              <Process now={it} />
            </SimpleGrid>
          </>
        )}
      </Loaded>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Unregistered />
        <NewestCalls />
      </SimpleGrid>
    </Page>
  );
}

interface Trouble {
  readonly tone: Tone;
  readonly text: string;
}

function troublesOf({ service, servers, gateways }: Now): readonly Trouble[] {
  const { database, spools } = service;
  const bad = (text: string): Trouble => ({ tone: 'bad', text });
  const warn = (text: string): Trouble => ({ tone: 'warn', text });
  return [
    ...(database.reachable ? [] : [bad(t.databaseAway(t.databaseIs[database.kind]))]),
    ...servers
      .filter(({ state }) => state !== 'running')
      .map(({ name, state, reason }) =>
        bad(`${t.notRunning(name, texts.servers.state[state].toLowerCase())} ${reason ?? ''}`),
      ),
    ...servers.flatMap(({ name, lag }) => (lag === null ? [] : [warn(t.lags(name, timeOfDay(lag.since)))])),
    ...spools
      .filter((spool) => spool.bytes > 100_000)
      .map((spool) => warn(t.spool(spool.trunkServer, bytes(spool.bytes)))),
    ...(database.reachable && gateways.length === 0 ? [warn(t.noGateway)] : []),
    ...(gateways.length > 0 && gateways.every(({ address }) => address === null) ? [warn(t.noDial)] : []),
  ];
}

function Troubles({ now }: { now: Now }) {
  const troubles = troublesOf(now);
  const [first] = troubles;
  if (first === undefined) {
    return (
      <Notice tone="good" role="status" title={t.well}>
        {t.wellHint}
      </Notice>
    );
  }
  return (
    <Stack gap="sm">
      {troubles.map(({ tone, text }) => (
        <Notice key={text} tone={tone} role="status">
          {text}
        </Notice>
      ))}
    </Stack>
  );
}

function Figures({ now: { service, servers } }: { now: Now }) {
  const sum = (of: (health: NonNullable<TrunkServer['health']>) => number) =>
    servers.reduce((all, { health }) => all + (health === null ? 0 : of(health)), 0);
  const delay = Math.max(0, ...servers.map(({ health }) => health?.loopDelay ?? 0));
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
      <Figure label={t.inProgress} value={sum((health) => health.callsInProgress).toLocaleString()} />
      <Figure label={t.up} value={sum((health) => health.callsUp).toLocaleString()} />
      <Figure
        label={t.bindings}
        value={sum((health) => health.bindings).toLocaleString()}
        note={t.bindingsNote}
      />
      <Figure label={t.revision} value={service.newestRevision ?? '–'} note={t.revisionNote} />
      <Figure label={t.load} value={`${delay.toFixed(0)} ms`} note={t.loadNote} />
    </SimpleGrid>
  );
}

function TrunkServers({ servers }: { servers: readonly TrunkServer[] }) {
  const running = servers.filter(({ state }) => state === 'running').length;
  return (
    <Section title={t.trunkServers} aside={<Text size="sm">{t.running(running, servers.length)}</Text>}>
      <Stack gap="sm">
        {servers.map(({ name, address, port, state, revision, lag, health }) => (
          <Group key={name} justify="space-between" gap="xs">
            <div>
              <Anchor component={Link} to="/trunk-servers" size="sm" fw={550}>
                {name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {address}:{port}
              </Text>
            </div>
            <Text size="sm" className="tl-numbers">
              {t.serverNow(health?.bindings ?? 0, revision)}{' '}
              {lag !== null && <State tone="warn">{texts.servers.lag(timeOfDay(lag.since))}</State>}
            </Text>
            <TrunkServerState state={state} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Process({ now: { service, gateways } }: { now: Now }) {
  const { database, spools, version, startedAt, mailsInvitations } = service;
  const waiting = spools.filter((spool) => spool.bytes > 0);
  return (
    <Section title={t.process}>
      <Facts
        facts={[
          [
            t.database,
            <Group key="database" gap="xs">
              {t.databaseIs[database.kind]}
              {database.reachable ? (
                <State tone="good">{t.answers}</State>
              ) : (
                <State tone="bad">{t.away}</State>
              )}
            </Group>,
          ],
          [
            t.spools,
            waiting.length === 0
              ? t.nothingWaits
              : waiting.map((spool) => `${spool.trunkServer}: ${bytes(spool.bytes)}`).join(', '),
          ],
          [
            t.gateways,
            <Anchor key="gateways" component={Link} to="/gateways" size="sm">
              {gateways.map(({ name }) => name).join(', ') || t.nothingWaits}
            </Anchor>,
          ],
          [t.mail, mailsInvitations ? t.mailOn : t.mailOff],
          [t.version, version],
          [t.since, when(startedAt)],
        ]}
      />
    </Section>
  );
}

/** PBXs that somebody should be told of. */
function Unregistered() {
  const refetchInterval = useEvery(5_000);
  const groups = useQuery({
    queryKey: ['registrations', 'all'],
    queryFn: () => askAll<Registration>('/registrations'),
    refetchInterval,
  });
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: () => askAll<Account>('/accounts') });
  const names = new Map((accounts.data ?? []).map(({ id, name }) => [id, name]));
  return (
    <Section title={t.unregistered} hint={t.unregisteredHint}>
      <Loaded query={groups}>
        {(list) => {
          const troubled = list.filter(({ warning }) => warning !== null && warning.kind !== 'suspended');
          if (troubled.length === 0) return <State tone="good">{t.allRegistered}</State>;
          return (
            <Stack gap="xs">
              {troubled.slice(0, AT_MOST).map(({ trunkGroup, account, username, warning }) => (
                <div key={trunkGroup}>
                  <Group gap="xs">
                    <Anchor
                      component={Link}
                      to={`/accounts/${account}/registration`}
                      size="sm"
                      fw={550}
                      style={{ overflowWrap: 'anywhere' }}
                    >
                      {names.get(account) ?? username}
                    </Anchor>
                    <State tone={warning?.kind === 'notRegistered' ? 'bad' : 'warn'}>{username}</State>
                  </Group>
                  <Text size="sm" c="dimmed">
                    {warning?.text}
                  </Text>
                </div>
              ))}
              {troubled.length > AT_MOST && (
                <Text size="sm" c="dimmed">
                  {t.moreOf(AT_MOST)}
                </Text>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Section>
  );
}

function NewestCalls() {
  const refetchInterval = useEvery(2_000);
  const calls = useQuery({
    queryKey: ['calls', 'newest'],
    queryFn: () => ask<ListPage<Call>>('GET', `/calls?limit=${AT_MOST}`),
    refetchInterval,
  });
  return (
    <Section
      title={t.newest}
      aside={
        <Anchor component={Link} to="/calls" size="sm">
          {t.allCalls}
        </Anchor>
      }
    >
      <Loaded query={calls}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Text c="dimmed">{texts.calls.empty}</Text>
          ) : (
            <Stack gap="xs">
              {entries.map((call) => (
                <Group key={call.id} justify="space-between" gap="xs">
                  <Text size="sm" className="tl-numbers">
                    {national(call.did)}{' '}
                    <Text span c="dimmed" size="xs">
                      {ago(call.startedAt)}
                    </Text>
                  </Text>
                  <CallOutcome call={call} />
                </Group>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}
