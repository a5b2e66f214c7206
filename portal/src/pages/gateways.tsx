import { Alert, Button, Stack, Table, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import type { Changed, Gateway } from '../api/types.ts';
import { followRevision } from '../parts/follow-revision.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { NewGateway } from '../parts/new-gateway.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { texts } from '../texts/en.ts';

const t = texts.gateways;

export default function Gateways() {
  const client = useQueryClient();
  const gateways = useQuery({
    queryKey: ['gateways'],
    queryFn: () => ask<{ entries: readonly Gateway[] }>('GET', '/gateways'),
  });
  const remove = useMutation({
    mutationFn: (id: string) => ask<Changed>('DELETE', `/gateways/${id}`),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  return (
    <Stack>
      <Title>{t.title}</Title>
      {remove.isError && (
        <Alert color="red" role="alert">
          {remove.error.message}
        </Alert>
      )}
      <Loaded query={gateways}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty>{t.empty}</Empty>
          ) : (
            <WideTable label={t.title}>
              <Table.Thead>
                <Table.Tr>
                  {[t.name, t.sources, t.address, t.priority, t.remove].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>{one.name}</Table.Td>
                    <Table.Td>{one.sources.join(', ')}</Table.Td>
                    <Table.Td>{one.address}</Table.Td>
                    <Table.Td>{one.priority}</Table.Td>
                    <Table.Td>
                      <Button size="xs" variant="default" onClick={() => remove.mutate(one.id)}>
                        {t.remove} {one.name}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      <NewGateway />
    </Stack>
  );
}
