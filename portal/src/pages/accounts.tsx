import { Alert, Anchor, Badge, Button, Drawer, Group, Stack, Table, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, askAll } from '../api/client.ts';
import type { Account, Changed } from '../api/types.ts';
import { followRevision } from '../parts/follow-revision.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { NewAccount } from '../parts/new-account.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { texts } from '../texts/en.ts';

const t = texts.accounts;

export default function Accounts() {
  const [creating, setCreating] = useState(false);
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: () => askAll<Account>('/accounts') });
  return (
    <Stack>
      <Group justify="space-between">
        <Title>{t.title}</Title>
        <Button onClick={() => setCreating(true)}>{t.create}</Button>
      </Group>
      <Loaded query={accounts}>
        {(list) => (list.length === 0 ? <Empty>{t.empty}</Empty> : <AccountTable accounts={list} />)}
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
    </Stack>
  );
}

function AccountTable({ accounts }: { accounts: readonly Account[] }) {
  const client = useQueryClient();
  const suspend = useMutation({
    mutationFn: ({ id, suspended }: Account) =>
      ask<Changed>('PATCH', `/accounts/${id}`, { suspended: !suspended }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  return (
    <>
      {suspend.isError && (
        <Alert color="red" role="alert">
          {suspend.error.message}
        </Alert>
      )}
      <WideTable label={t.title}>
        <Table.Tbody>
          {accounts.map((account) => (
            <Table.Tr key={account.id}>
              <Table.Td>{account.name}</Table.Td>
              <Table.Td>
                {account.dids.toLocaleString('en')} {texts.account.dids}
              </Table.Td>
              <Table.Td>
                <Badge variant="default">
                  {account.suspended ? texts.account.suspended : texts.account.inService}
                </Badge>
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/accounts/${account.id}/settings`}>
                  {t.open}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Button size="xs" variant="default" onClick={() => suspend.mutate(account)}>
                  {account.suspended ? t.resume : t.suspend} {account.name}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
