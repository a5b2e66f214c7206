import { Button, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import type { SessionEntry } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { Loaded } from './list-state.tsx';
import { Section } from './page.tsx';
import { Refused, State } from './state.tsx';
import { WideTable } from './wide-table.tsx';
import { when } from './words.ts';

const t = texts.security;

/** Where the person is logged in, each with a way to end it. */
export function OwnLogins() {
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => ask<{ entries: readonly SessionEntry[] }>('GET', '/sessions'),
  });
  const end = useMutation({
    mutationFn: (id: string) => ask('DELETE', `/sessions/${id}`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Section title={t.sessions} hint={t.sessionsHint}>
      <Refused error={end.error} />
      <Loaded query={sessions}>
        {({ entries }) => (
          <WideTable label={t.sessions} minWidth={600}>
            <Table.Thead>
              <Table.Tr>
                {[t.browser, t.address, t.seen, t.end].map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td maw={280}>
                    <Text size="sm" lineClamp={2}>
                      {one.userAgent === '' ? t.unknown : one.userAgent}
                    </Text>
                  </Table.Td>
                  <Table.Td>{one.address}</Table.Td>
                  <Table.Td>{when(one.lastSeenAt)}</Table.Td>
                  <Table.Td>
                    {one.current ? (
                      <State tone="good">{t.here}</State>
                    ) : (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t.endOf(`${one.address}, ${when(one.lastSeenAt)}`)}
                        onClick={() => end.mutate(one.id)}
                      >
                        {t.end}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </Loaded>
    </Section>
  );
}
