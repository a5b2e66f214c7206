import {
  Alert,
  Anchor,
  Badge,
  Button,
  Drawer,
  Group,
  Stack,
  Table,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError, ask, askAll } from '../api/client.ts';
import type { Account, Changed, Credentials } from '../api/types.ts';
import { followRevision } from '../parts/follow-revision.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { CredentialsShown } from '../parts/sip-credentials.tsx';
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

function NewAccount() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [dids, setDids] = useState('');
  const create = useMutation({
    mutationFn: () =>
      ask<Changed & { credentials: Credentials }>('POST', '/accounts', {
        name,
        dids: dids
          .split(/[\n,;]+/)
          .map((one) => one.trim())
          .filter((one) => one !== ''),
      }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const error = create.error instanceof ApiError ? create.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <Stack>
        <Alert role="status">{t.created}</Alert>
        <CredentialsShown credentials={create.data.credentials} />
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t.name}
          required
          value={name}
          error={error?.about('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t.dids}
          description={t.didsHint}
          rows={8}
          value={dids}
          onChange={(event) => setDids(event.currentTarget.value)}
        />
        {error !== undefined && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        <Button type="submit" loading={create.isPending}>
          {t.create}
        </Button>
      </Stack>
    </form>
  );
}
