import { Button, Drawer, Group, NativeSelect, Table, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Call, Page } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { CallLadder } from '../parts/call-ladder.tsx';
import { CallOutcome } from '../parts/call-outcome.tsx';
import { ExportFile } from '../parts/export-file.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { Page as PageFrame } from '../parts/page.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { national, when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.calls;

export default function Calls() {
  const { id } = useAccount();
  const [did, setDid] = useState('');
  const [outcome, setOutcome] = useState('');
  const [opened, setOpened] = useState<Call>();
  const filter = new URLSearchParams({
    ...(id === undefined ? {} : { account: id }),
    ...(did.replace(/\D/g, '').length < 10 ? {} : { did: did.trim() }),
    ...(outcome === '' ? {} : outcome === 'saved' ? { saved: 'true' } : { outcome }),
  });
  const calls = useInfiniteQuery({
    queryKey: ['calls', filter.toString()],
    queryFn: ({ pageParam }) =>
      ask<Page<Call>>('GET', `/calls?${filter}&limit=100${pageParam === '' ? '' : `&after=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: (page) => (page.next === null ? undefined : encodeURIComponent(page.next)),
    refetchInterval: useEvery(2_000),
  });
  const shown = (calls.data?.pages ?? []).flatMap((page) => page.entries);
  return (
    <PageFrame title={id === undefined ? texts.nav.allCalls : t.title} hint={t.hint}>
      <Group align="end">
        <TextInput label={t.did} value={did} onChange={(event) => setDid(event.currentTarget.value)} />
        <NativeSelect
          label={t.outcome}
          value={outcome}
          onChange={(event) => setOutcome(event.currentTarget.value)}
          data={[
            { value: '', label: t.any },
            { value: 'answered', label: t.answered },
            { value: 'cancelled', label: t.cancelled },
            { value: 'failed', label: t.failed },
            { value: 'saved', label: t.saved },
          ]}
        />
        <ExportFile path={`/calls?${filter}`} name="calls.csv" />
      </Group>
      <Loaded query={calls}>
        {() =>
          shown.length === 0 ? (
            <Empty icon="calls">{did === '' && outcome === '' ? t.empty : t.noMatch}</Empty>
          ) : (
            <CallTable calls={shown} onOpen={setOpened} />
          )
        }
      </Loaded>
      {calls.hasNextPage && (
        <Button variant="default" onClick={() => calls.fetchNextPage()} maw={200}>
          {t.more}
        </Button>
      )}
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="xl"
        title={opened === undefined ? '' : `${national(opened.did)} · ${when(opened.startedAt)}`}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        {opened !== undefined && <CallLadder call={opened} />}
      </Drawer>
    </PageFrame>
  );
}

function CallTable({ calls, onOpen }: { calls: readonly Call[]; onOpen: (call: Call) => void }) {
  return (
    <WideTable label={t.table}>
      <Table.Thead>
        <Table.Tr>
          {[t.when, t.did, t.caller, t.outcome].map((head) => (
            <Table.Th key={head}>{head}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {calls.map((call) => (
          <Table.Tr key={call.id}>
            <Table.Td>
              <Button variant="default" size="xs" onClick={() => onOpen(call)}>
                {when(call.startedAt)}
              </Button>
            </Table.Td>
            <Table.Td>
              <Text size="sm">{national(call.did)}</Text>
              <Text size="xs" c="dimmed">
                {call.did}
              </Text>
            </Table.Td>
            <Table.Td>{national(call.caller)}</Table.Td>
            <Table.Td>
              <CallOutcome call={call} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
