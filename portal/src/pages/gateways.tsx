import { Button, Drawer, Group, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askAll } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Call, Changed, Gateway, Page as ListPage } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { Confirmed } from '../parts/confirm.tsx';
import { changeShown } from '../parts/edited.ts';
import { followRevision } from '../parts/follow-revision.ts';
import { GatewayForm } from '../parts/gateway-form.tsx';
import { GatewayState } from '../parts/gateway-state.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { Page } from '../parts/page.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { texts } from '../texts/en.ts';

const t = texts.gateways;

type Open = { readonly kind: 'new' } | { readonly kind: 'change'; readonly gateway: Gateway };

export default function Gateways() {
  const { mayChange } = useWho();
  const [open, setOpen] = useState<Open>();
  const gateways = useQuery({
    queryKey: ['gateways', 'all'],
    queryFn: () => askAll<Gateway>('/gateways'),
  });
  const calls = useQuery({
    queryKey: ['calls', 'gateways'],
    queryFn: () => ask<ListPage<Call>>('GET', '/calls?limit=200'),
    refetchInterval: useEvery(5_000),
  });
  const add = <Button onClick={() => setOpen({ kind: 'new' })}>{t.add}</Button>;
  return (
    <Page title={t.title} hint={t.hint} actions={mayChange && add}>
      <Loaded query={gateways}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty icon="gateways">{t.empty}</Empty>
          ) : (
            <WideTable label={t.title} minWidth={980}>
              <Table.Thead>
                <Table.Tr>
                  {[t.name, t.state, t.sources, t.address, t.priority, t.weight, t.actions].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((one) => (
                  <Row
                    key={one.id}
                    gateway={one}
                    calls={calls.data?.entries ?? []}
                    onChange={() => setOpen({ kind: 'change', gateway: one })}
                  />
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        title={open?.kind === 'change' ? t.changeOf(open.gateway.name) : t.add}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        {open !== undefined && (
          <GatewayForm
            {...(open.kind === 'change' ? { gateway: open.gateway } : {})}
            onDone={() => setOpen(undefined)}
          />
        )}
      </Drawer>
    </Page>
  );
}

function Row(props: { gateway: Gateway; calls: readonly Call[]; onChange: () => void }) {
  const { gateway, calls, onChange } = props;
  const { mayChange } = useWho();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => changeShown<Gateway, Changed>('DELETE', `/gateways/${gateway.id}`, gateway, (of) => of),
    onSuccess: (changed) => void followRevision(changed),
    onSettled: () => void client.invalidateQueries(),
  });
  const { name, sources, address, priority, weight, trusted } = gateway;
  return (
    <Table.Tr>
      <Table.Td miw={140}>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        {trusted && (
          <Text size="xs" c="dimmed">
            {t.trustedShort}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <GatewayState gateway={gateway} calls={calls} />
      </Table.Td>
      <Table.Td>{sources.length === 0 ? <Missing>{t.sourcesNone}</Missing> : sources.join(', ')}</Table.Td>
      <Table.Td>{address ?? <Missing>{t.addressNone}</Missing>}</Table.Td>
      <Table.Td>{priority}</Table.Td>
      <Table.Td>{weight}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {mayChange && (
            <Button size="xs" variant="default" aria-label={t.changeOf(name)} onClick={onChange}>
              {t.change}
            </Button>
          )}
          <Confirmed
            label={t.remove}
            name={t.removeOf(name)}
            question={t.removeAsk(name)}
            consequence={t.removeMeans}
            action={t.remove}
            mutation={remove}
            hidden={!mayChange}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Missing({ children }: { children: string }) {
  return (
    <Text span size="sm" c="dimmed">
      {children}
    </Text>
  );
}
