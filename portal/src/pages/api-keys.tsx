import {
  Alert,
  Button,
  Code,
  Group,
  NativeSelect,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask, askAll } from '../api/client.ts';
import type { ApiKey } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.keys;

/** The API keys of an account, or the operators' own. */
export default function ApiKeys() {
  const client = useQueryClient();
  const { id, path } = useAccount();
  const at = id === undefined ? '/keys' : `${path}/keys`;
  const keys = useQuery({ queryKey: ['keys', at], queryFn: () => askAll<ApiKey>(at) });
  const revoke = useMutation({
    mutationFn: (key: string) => ask('DELETE', `${at}/${key}`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <Stack>
      <Title>{t.title}</Title>
      {revoke.isError && (
        <Alert color="red" role="alert">
          {revoke.error.message}
        </Alert>
      )}
      <Loaded query={keys}>
        {(list) =>
          list.length === 0 ? (
            <Empty>{t.empty}</Empty>
          ) : (
            <WideTable label={t.title}>
              <Table.Thead>
                <Table.Tr>
                  {[t.name, t.access, t.created, t.used, t.revoke].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td>{key.name}</Table.Td>
                    <Table.Td>{t.may[key.access]}</Table.Td>
                    <Table.Td>{when(key.createdAt)}</Table.Td>
                    <Table.Td>{key.lastUsedAt === null ? t.never : when(key.lastUsedAt)}</Table.Td>
                    <Table.Td>
                      <Button size="xs" variant="default" onClick={() => revoke.mutate(key.id)}>
                        {t.revoke} {key.name}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      <NewKey at={at} ofAccount={id !== undefined} />
    </Stack>
  );
}

function NewKey({ at, ofAccount }: { at: string; ofAccount: boolean }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [access, setAccess] = useState('read');
  const make = useMutation({
    mutationFn: () => ask<{ key: string }>('POST', at, { name, access }),
    onSuccess: () => {
      setName('');
      void client.invalidateQueries({ queryKey: ['keys'] });
    },
  });
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
          error={make.error instanceof ApiError ? make.error.about('name') : undefined}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={t.access}
          value={access}
          data={may.map((value) => ({ value, label: t.may[value] }))}
          onChange={({ currentTarget }) => setAccess(currentTarget.value)}
        />
        {make.isError && (
          <Alert color="red" role="alert">
            {make.error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={make.isPending}>
            {t.make}
          </Button>
        </Group>
        {make.data !== undefined && (
          <Alert variant="default" title={t.once} role="status">
            <Code>{make.data.key}</Code>
            <Text size="sm">{t.how}</Text>
          </Alert>
        )}
      </Stack>
    </form>
  );
}
