import { Anchor, Fieldset, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../api/client.ts';
import type { Account, Did, Page as ListPage } from '../api/types.ts';
import { useAccount, useWho } from '../app/who-context.ts';
import { CallWay } from '../parts/call-way.tsx';
import { DeliveryForm } from '../parts/delivery-form.tsx';
import { FailoverForm } from '../parts/failover-form.tsx';
import { Loaded } from '../parts/list-state.tsx';
import { Page, Section } from '../parts/page.tsx';
import { SipCredentials } from '../parts/sip-credentials.tsx';
import { Notice, State } from '../parts/state.tsx';
import { texts } from '../texts/en.ts';

const t = texts.account;

export default function MyAccount() {
  const { id, path } = useAccount();
  const { mayChange } = useWho();
  const account = useQuery({ queryKey: ['account', id], queryFn: () => ask<Account>('GET', path) });
  const some = useQuery({
    queryKey: ['dids', id, 'some'],
    queryFn: () => ask<ListPage<Did>>('GET', `/dids?account=${id}&limit=1`),
  });
  return (
    <Page title={texts.nav.myAccount} narrow>
      <Loaded query={account}>
        {(it) => (
          <>
            <Group gap="sm" mt={-12}>
              <Text fw={600}>{it.name}</Text>
              {it.suspended ? (
                <State tone="bad">{t.suspended}</State>
              ) : (
                <State tone="good">{t.inService}</State>
              )}
              <Anchor component={Link} to={`/accounts/${id}/dids`} size="sm">
                {it.dids.toLocaleString()} {t.dids}
              </Anchor>
            </Group>
            {it.suspended && (
              <Notice tone="bad" role="status" title={t.suspended}>
                {t.suspendedHint}
              </Notice>
            )}
            <Section title={texts.failover.global} hint={texts.failover.globalHint}>
              <CallWay failover={it.failover} />
              <Fieldset variant="unstyled" disabled={!mayChange}>
                <FailoverForm
                  key={id}
                  path={`${path}/failover`}
                  failover={it.failover}
                  did={some.data?.entries[0]?.number}
                />
              </Fieldset>
            </Section>
            <Section title={texts.delivery.title} hint={texts.delivery.hint}>
              <Fieldset variant="unstyled" disabled={!mayChange}>
                <DeliveryForm key={id} path={path} delivery={it.delivery} />
              </Fieldset>
            </Section>
            <SipCredentials path={path} groups={it.trunkGroups} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
