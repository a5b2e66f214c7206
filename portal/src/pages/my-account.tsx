import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import type { Account, Did, Page } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { CallWay } from '../parts/call-way.tsx';
import { DeliveryForm } from '../parts/delivery-form.tsx';
import { FailoverForm } from '../parts/failover-form.tsx';
import { Loaded } from '../parts/list-state.tsx';
import { SipCredentials } from '../parts/sip-credentials.tsx';
import { texts } from '../texts/en.ts';

const t = texts.account;

export default function MyAccount() {
  const { id, path } = useAccount();
  const account = useQuery({ queryKey: ['account', id], queryFn: () => ask<Account>('GET', path) });
  const some = useQuery({
    queryKey: ['dids', id, 'some'],
    queryFn: () => ask<Page<Did>>('GET', `/dids?account=${id}&limit=1`),
  });
  return (
    <Stack maw={760}>
      <Title>{texts.nav.myAccount}</Title>
      <Loaded query={account}>
        {(it) => (
          <>
            <Group>
              <Text fw={600}>{it.name}</Text>
              <Badge color={it.suspended ? 'red' : 'green'} variant="default">
                {it.suspended ? t.suspended : t.inService}
              </Badge>
              <Text>
                {it.dids.toLocaleString('en')} {t.dids}
              </Text>
            </Group>
            <Paper withBorder p="lg" component="section" aria-labelledby="global-failover">
              <Stack>
                <Title order={2} size="h3" id="global-failover">
                  {texts.failover.global}
                </Title>
                <Text c="dimmed">{texts.failover.globalHint}</Text>
                <CallWay failover={it.failover} />
                <FailoverForm
                  key={id}
                  path={`${path}/failover`}
                  failover={it.failover}
                  did={some.data?.entries[0]?.number}
                />
              </Stack>
            </Paper>
            <Paper withBorder p="lg" component="section" aria-labelledby="delivery">
              <Stack>
                <Title order={2} size="h3" id="delivery">
                  {texts.delivery.title}
                </Title>
                <DeliveryForm key={JSON.stringify([id, it.delivery])} path={path} delivery={it.delivery} />
              </Stack>
            </Paper>
            <SipCredentials path={path} groups={it.trunkGroups} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}
