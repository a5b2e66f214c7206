import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Call, Gateway, Page, Registration } from '../api/types.ts';
import { GatewayForm } from '../parts/gateway-form.tsx';
import { NewAccount } from '../parts/new-account.tsx';
import { Page as PageFrame, Section } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
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
  const done = (gateways.data?.entries.length ?? 0) > 0;
  const entries = groups.data?.entries ?? [];
  const registered = entries.some(({ trunkServers }) => trunkServers.some((at) => at.bindings.length > 0));
  const first = calls.data?.entries[0];
  return (
    <PageFrame title={t.title} hint={t.hint} narrow>
      <Step title={t.gateway} done={done}>
        {done ? (
          <Text>{t.gatewayDone((gateways.data?.entries ?? []).map(({ name }) => name).join(', '))}</Text>
        ) : (
          <GatewayForm />
        )}
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
    </PageFrame>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  return (
    <Section title={title} aside={<State tone={done ? 'good' : 'quiet'}>{done ? t.done : t.open}</State>}>
      {children}
    </Section>
  );
}
