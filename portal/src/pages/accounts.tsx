import { Anchor, Button, Drawer, Group, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { askAll } from '../api/client.ts';
import type { Account, Changed } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { AddDids } from '../parts/add-dids.tsx';
import { CloseAccount } from '../parts/close-account.tsx';
import { Confirmed } from '../parts/confirm.tsx';
import { changeShown } from '../parts/edited.ts';
import { inWords } from '../parts/failover-words.ts';
import { followRevision } from '../parts/follow-revision.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { NewAccount } from '../parts/new-account.tsx';
import { Page } from '../parts/page.tsx';
import { Refused, State } from '../parts/state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { day } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.accounts;

export default function Accounts() {
  const { mayChange } = useWho();
  const [creating, setCreating] = useState(false);
  const [search, setSearch] = useState('');
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: () => askAll<Account>('/accounts') });
  const create = <Button onClick={() => setCreating(true)}>{t.create}</Button>;
  const matching = (list: readonly Account[]) =>
    list.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <Page title={t.title} hint={t.hint} actions={mayChange && create}>
      <Loaded query={accounts}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon="accounts">{t.empty}</Empty>
          ) : (
            <>
              <TextInput
                label={t.search}
                maw={320}
                value={search}
                onChange={({ currentTarget }) => setSearch(currentTarget.value)}
              />
              {matching(list).length === 0 ? (
                <Empty icon="accounts">{t.noMatch}</Empty>
              ) : (
                <AccountTable accounts={matching(list)} />
              )}
            </>
          )
        }
      </Loaded>
      <Drawer
        opened={creating}
        onClose={() => setCreating(false)}
        position="right"
        title={t.create}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <NewAccount />
      </Drawer>
    </Page>
  );
}

function AccountTable({ accounts }: { accounts: readonly Account[] }) {
  const [filled, setFilled] = useState<Account>();
  return (
    <>
      <WideTable label={t.title} minWidth={900}>
        <Table.Thead>
          <Table.Tr>
            {[t.name, t.state, t.didCount, t.failover, t.since, t.actions].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {accounts.map((account) => (
            <Row key={account.id} account={account} onFill={() => setFilled(account)} />
          ))}
        </Table.Tbody>
      </WideTable>
      <Drawer
        opened={filled !== undefined}
        onClose={() => setFilled(undefined)}
        position="right"
        title={`${t.addDids}: ${filled?.name ?? ''}`}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        {filled !== undefined && <AddDids key={filled.id} account={filled.id} />}
      </Drawer>
    </>
  );
}

function Row({ account, onFill }: { account: Account; onFill: () => void }) {
  const { id, name, suspended, dids, failover, createdAt } = account;
  const { mayChange } = useWho();
  const client = useQueryClient();
  const suspend = useMutation({
    mutationFn: () =>
      changeShown<Account, Changed>('PATCH', `/accounts/${id}`, account, (of) => [of.name, of.suspended], {
        suspended: !suspended,
      }),
    onSuccess: (changed) => void followRevision(changed),
    onSettled: () => void client.invalidateQueries(),
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          component={Link}
          to={`/accounts/${id}/settings`}
          fw={550}
          size="sm"
          aria-label={t.openOf(name)}
        >
          {name}
        </Anchor>
        {suspended && <Refused error={suspend.error} />}
      </Table.Td>
      <Table.Td>
        {suspended ? (
          <State tone="bad">{texts.account.suspended}</State>
        ) : (
          <State tone="good">{texts.account.inService}</State>
        )}
      </Table.Td>
      <Table.Td>{dids.toLocaleString()}</Table.Td>
      <Table.Td>
        {failover === null ? (
          <Text span size="sm" c="dimmed">
            {texts.failover.nothing}
          </Text>
        ) : (
          inWords(failover)
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{day(createdAt)}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Button
            component={Link}
            to={`/accounts/${id}/settings`}
            size="xs"
            variant="default"
            aria-label={t.openOf(name)}
          >
            {t.open}
          </Button>
          {mayChange && (
            <Button size="xs" variant="default" aria-label={`${t.addDids}: ${name}`} onClick={onFill}>
              {t.addDids}
            </Button>
          )}
          {suspended && mayChange ? (
            <Button
              size="xs"
              variant="default"
              aria-label={t.resumeOf(name)}
              loading={suspend.isPending}
              onClick={() => suspend.mutate()}
            >
              {t.resume}
            </Button>
          ) : null}
          {suspended ? (
            mayChange && <CloseAccount account={account} />
          ) : (
            <Confirmed
              label={t.suspend}
              name={t.suspendOf(name)}
              question={t.suspendAsk(name)}
              consequence={t.suspendMeans}
              action={t.suspend}
              mutation={suspend}
              hidden={!mayChange}
            />
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
