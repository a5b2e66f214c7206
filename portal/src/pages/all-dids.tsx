import { Anchor, Button, Group, NativeSelect, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, askAll } from '../api/client.ts';
import type { Account, DidPage } from '../api/types.ts';
import { InForce } from '../parts/in-force.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { Page } from '../parts/page.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { national } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.allDids;
const FILTERS = ['all', 'own', 'global', 'none'] as const;

/** The DIDs of every account. There may be any number of them, so the service searches. */
export default function AllDids() {
  const [typed, setTyped] = useState('');
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>('all');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: () => askAll<Account>('/accounts') });
  const names = new Map((accounts.data ?? []).map(({ id, name }) => [id, name]));
  const query = new URLSearchParams({
    limit: '100',
    ...(/\d/.test(search) ? { search } : {}),
    ...(filter === 'all' ? {} : { failover: filter }),
  });
  const dids = useInfiniteQuery({
    queryKey: ['dids', 'all', query.toString()],
    queryFn: ({ pageParam }) =>
      ask<DidPage>(
        'GET',
        `/dids?${query}${pageParam === '' ? '' : `&after=${encodeURIComponent(pageParam)}`}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t.title} hint={t.hint}>
      <Group align="end">
        <TextInput
          label={t.search}
          inputMode="tel"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <NativeSelect
          label={texts.dids.filter}
          value={filter}
          data={FILTERS.map((value) => ({ value, label: texts.dids[value] }))}
          onChange={({ currentTarget }) =>
            setFilter(FILTERS.find((one) => one === currentTarget.value) ?? 'all')
          }
        />
      </Group>
      <Loaded query={dids}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) {
            return (
              <Empty icon="dids">{search === '' && filter === 'all' ? t.empty : texts.dids.noMatch}</Empty>
            );
          }
          return (
            <>
              <Text role="status" c="dimmed">
                {t.count(entries.length, pages[0]?.total ?? 0)}
              </Text>
              <WideTable label={t.table} minWidth={760}>
                <Table.Thead>
                  <Table.Tr>
                    {[texts.dids.number, t.account, texts.dids.inForce, texts.dids.plan].map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {entries.map((did) => (
                    <Table.Tr key={did.number}>
                      <Table.Td>
                        <Text size="sm" fw={550}>
                          {national(did.number)}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {did.number}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        <Anchor component={Link} to={`/accounts/${did.account}/dids`} size="sm">
                          {names.get(did.account) ?? did.account}
                        </Anchor>
                      </Table.Td>
                      <Table.Td>
                        <InForce effective={did.effective} />
                      </Table.Td>
                      <Table.Td>
                        <Anchor
                          component={Link}
                          to={`/accounts/${did.account}/dids/${did.number}`}
                          size="sm"
                          aria-label={texts.dids.planOf(did.number)}
                        >
                          {texts.dids.plan}
                        </Anchor>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </WideTable>
            </>
          );
        }}
      </Loaded>
      {dids.hasNextPage && (
        <Button
          variant="default"
          maw={200}
          loading={dids.isFetchingNextPage}
          onClick={() => dids.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </Page>
  );
}
