import { Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { TrunkServer } from '../api/types.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { texts } from '../texts/en.ts';

const t = texts.servers;

export default function TrunkServers() {
  const servers = useQuery({
    queryKey: ['trunk-servers'],
    queryFn: () => ask<{ entries: readonly TrunkServer[] }>('GET', '/trunk-servers'),
    refetchInterval: Math.min(useEvery(1_000), 5_000),
  });
  const heads = [t.title, t.stateHead, t.revision, t.bindings, t.inProgress, t.calls];
  return (
    <Stack>
      <Title>{t.title}</Title>
      <Loaded query={servers}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty>{t.empty}</Empty>
          ) : (
            <WideTable label={t.title}>
              <Table.Thead>
                <Table.Tr>
                  {heads.map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((one) => (
                  <Table.Tr key={one.name}>
                    <Table.Td>
                      {one.name} · {one.address}:{one.port}
                    </Table.Td>
                    <Table.Td>
                      {t.state[one.state]} {one.reason}
                    </Table.Td>
                    <Table.Td>{one.revision}</Table.Td>
                    <Table.Td>{one.health?.bindings}</Table.Td>
                    <Table.Td>{one.health?.callsInProgress}</Table.Td>
                    <Table.Td>{one.health?.calls}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
    </Stack>
  );
}
