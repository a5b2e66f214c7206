import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask, askAll } from '../api/client.ts';
import type { ApiKey } from '../api/types.ts';
import { useAccount, useWho } from '../app/who-context.ts';
import { Confirmed } from '../parts/confirm.tsx';
import { Copyable } from '../parts/copyable.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { useOnce } from '../parts/once.ts';
import { Page, Section } from '../parts/page.tsx';
import { Notice, Refused } from '../parts/state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.keys;

/** The API keys of an account, or the operators' own. */
export default function ApiKeys() {
  const { id, path } = useAccount();
  const { mayChange } = useWho();
  const at = id === undefined ? '/keys' : `${path}/keys`;
  const keys = useQuery({ queryKey: ['keys', at], queryFn: () => askAll<ApiKey>(at) });
  return (
    <Page title={t.title} hint={id === undefined ? t.operatorsHint : t.hint}>
      <Loaded query={keys}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon="key">{t.empty}</Empty>
          ) : (
            <WideTable label={t.title} minWidth={700}>
              <Table.Thead>
                <Table.Tr>
                  {[t.name, t.access, t.created, t.used, ...(mayChange ? [t.actions] : [])].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((key) => (
                  <Row key={key.id} at={`${at}/${key.id}`} apiKey={key} />
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      {mayChange && (
        <Section title={t.make}>
          <NewKey at={at} ofAccount={id !== undefined} />
        </Section>
      )}
    </Page>
  );
}

function Row({ at, apiKey }: { at: string; apiKey: ApiKey }) {
  const { mayChange } = useWho();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => ask('DELETE', at),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['keys'] }),
  });
  const { name, access, createdAt, lastUsedAt } = apiKey;
  return (
    <Table.Tr>
      <Table.Td fw={550}>{name}</Table.Td>
      <Table.Td>{t.may[access]}</Table.Td>
      <Table.Td>{when(createdAt)}</Table.Td>
      <Table.Td>
        {lastUsedAt === null ? (
          <Text span size="sm" c="dimmed">
            {t.never}
          </Text>
        ) : (
          when(lastUsedAt)
        )}
      </Table.Td>
      {mayChange && (
        <Table.Td>
          <Confirmed
            label={t.revoke}
            name={t.revokeOf(name)}
            question={t.revokeAsk(name)}
            consequence={t.revokeMeans}
            action={t.revoke}
            mutation={revoke}
          />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function NewKey({ at, ofAccount }: { at: string; ofAccount: boolean }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [access, setAccess] = useState('read');
  const once = useOnce();
  const make = useMutation({
    mutationFn: () => once<{ key: string }>(at, { name, access }),
    onSuccess: () => {
      setName('');
      void client.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  const error = make.error instanceof ApiError ? make.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const may = ofAccount ? (['read', 'failover', 'write'] as const) : (['read', 'write'] as const);
  return (
    <form onSubmit={submit}>
      <Stack maw={480}>
        <TextInput
          label={t.name}
          description={t.nameHint}
          required
          value={name}
          error={error?.about('name')}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={t.access}
          value={access}
          data={may.map((value) => ({ value, label: t.may[value] }))}
          onChange={({ currentTarget }) => setAccess(currentTarget.value)}
        />
        {error?.about('name') === undefined && <Refused error={make.error} />}
        <Group>
          <Button type="submit" loading={make.isPending}>
            {t.make}
          </Button>
        </Group>
        {make.data !== undefined && (
          <Notice tone="good" title={t.once} role="status">
            <Copyable text={make.data.key} what={t.title} />
            <Text size="sm">{t.how}</Text>
          </Notice>
        )}
      </Stack>
    </form>
  );
}
