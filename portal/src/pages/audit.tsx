import { Button, Group, List, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { AuditChange, AuditEntry, Changed, Page } from '../api/types.ts';
import { useAccount, useWho } from '../app/who-context.ts';
import { Confirmed } from '../parts/confirm.tsx';
import { followRevision } from '../parts/follow-revision.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { useOnce } from '../parts/once.ts';
import { Page as PageFrame } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.audit;

/** Of one entry the table shows so many changes. */
const SHOWN = 3;

/** Who changed what: of the account that is open, or of the whole service. */
export default function Audit() {
  const { id } = useAccount();
  const [action, setAction] = useState('');
  const [target, setTarget] = useState('');
  const [actor, setActor] = useState('');
  const filter = new URLSearchParams({
    limit: '50',
    ...(id === undefined ? {} : { account: id }),
    ...(action === '' ? {} : { action }),
    ...(target.trim() === '' ? {} : { target: target.trim() }),
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
  });
  const log = useInfiniteQuery({
    queryKey: ['audit', filter.toString()],
    queryFn: ({ pageParam }) =>
      ask<Page<AuditEntry>>('GET', `/audit?${filter}${pageParam === '' ? '' : `&after=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useEvery(5_000),
  });
  const entries = (log.data?.pages ?? []).flatMap((page) => page.entries);
  const all = action === '' && target.trim() === '' && actor.trim() === '';
  return (
    <PageFrame title={t.title} hint={t.hint}>
      <Group align="end">
        <NativeSelect
          label={t.action}
          value={action}
          onChange={({ currentTarget }) => setAction(currentTarget.value)}
          data={[
            { value: '', label: t.anything },
            ...Object.entries(t.actions).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextInput
          label={t.target}
          value={target}
          maxLength={100}
          onChange={({ currentTarget }) => setTarget(currentTarget.value)}
        />
        <TextInput
          label={t.actor}
          value={actor}
          maxLength={300}
          onChange={({ currentTarget }) => setActor(currentTarget.value)}
        />
      </Group>
      <Loaded query={log}>
        {() =>
          entries.length === 0 ? (
            <Empty icon="audit">{all ? t.empty : t.noMatch}</Empty>
          ) : (
            <WideTable label={t.title} minWidth={820}>
              <Table.Thead>
                <Table.Tr>
                  {[t.when, t.who, t.what, t.undo].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <Row key={entry.id} entry={entry} />
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      {log.hasNextPage && (
        <Button variant="default" onClick={() => log.fetchNextPage()} maw={220}>
          {t.more}
        </Button>
      )}
    </PageFrame>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  const { actor } = entry;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <Text size="sm">{when(entry.at)}</Text>
        <Text size="xs" c="dimmed">
          {t.entry(entry.id)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{actor.name ?? (actor.operator ? t.operator : actor.kind)}</Text>
        {actor.address !== null && (
          <Text size="xs" c="dimmed">
            {t.from(actor.address)}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw="36rem">
        <Text size="sm">{entry.summary}</Text>
        <Changes entry={entry} of={({ text }) => text} />
      </Table.Td>
      <Table.Td>
        <Undo entry={entry} />
      </Table.Td>
    </Table.Tr>
  );
}

/** What was changed, in words, each with what it was changed of. */
function Changes({ entry, of }: { entry: AuditEntry; of: (change: AuditChange) => string }) {
  const shown = entry.changes.slice(0, SHOWN).filter((change) => of(change) !== '');
  if (shown.length === 0) return null;
  return (
    <List size="xs" c="dimmed" listStyleType="none" mt={4}>
      {shown.map((change) => (
        <List.Item key={`${change.what} ${change.ids[0]}`}>
          {named(change)}: {of(change)}
        </List.Item>
      ))}
      {entry.changeCount > SHOWN && <List.Item>{t.moreChanges(entry.changeCount - SHOWN)}</List.Item>}
    </List>
  );
}

function named({ name, ids, count }: AuditChange): string {
  const first = name ?? ids[0] ?? '';
  return count > 1 ? t.ofMany(first, count) : first;
}

function Undo({ entry }: { entry: AuditEntry }) {
  const { mayChange } = useWho();
  const client = useQueryClient();
  const once = useOnce();
  const undo = useMutation({
    mutationFn: () => once<Changed>(`/audit/${entry.id}/undo`, undefined),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  if (entry.undoneBy !== null) return <State tone="quiet">{t.undone(entry.undoneBy)}</State>;
  if (!entry.undo.possible) {
    return (
      <Text size="xs" c="dimmed" maw={220}>
        {entry.undo.reason}
      </Text>
    );
  }
  return (
    <Confirmed
      label={t.undo}
      name={t.undoOf(entry.id)}
      question={t.undoAsk(entry.id)}
      consequence={
        <Stack gap="xs" component="span">
          <span>{t.undoMeans}</span>
          <Changes entry={entry} of={({ back }) => back} />
        </Stack>
      }
      action={t.undo}
      mutation={undo}
      hidden={!mayChange}
    />
  );
}
