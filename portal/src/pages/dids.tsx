import { Button, Checkbox, Drawer, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { askAll } from '../api/client.ts';
import type { Did } from '../api/types.ts';
import { useAccount, useWho } from '../app/who-context.ts';
import { type DidFilter, matching } from '../parts/did-filter.ts';
import { DidTable } from '../parts/did-table.tsx';
import { ExportFile } from '../parts/export-file.tsx';
import { FailoverForm } from '../parts/failover-form.tsx';
import { ImportDids } from '../parts/import-dids.tsx';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { MassFailover } from '../parts/mass-failover.tsx';
import { Page } from '../parts/page.tsx';
import { texts } from '../texts/en.ts';

const t = texts.dids;
const FILTERS: readonly DidFilter[] = ['all', 'own', 'global', 'none'];

export default function Dids() {
  const { id } = useAccount();
  const list = useQuery({
    queryKey: ['dids', id],
    queryFn: () => askAll<Did>(`/dids?account=${id}`),
  });
  return (
    <Page title={t.title} hint={t.hint}>
      <Loaded query={list}>
        {(dids) => (dids.length === 0 ? <Empty icon="dids">{t.empty}</Empty> : <DidList dids={dids} />)}
      </Loaded>
    </Page>
  );
}

function DidList({ dids }: { dids: readonly Did[] }) {
  const { mayChange } = useWho();
  const { id } = useAccount();
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<DidFilter>('all');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [configured, setConfigured] = useState<string>();
  const [mass, setMass] = useState(false);
  const [importing, setImporting] = useState(false);
  const shown = useMemo(() => matching(dids, filter, search), [dids, filter, search]);
  const did = dids.find((one) => one.number === configured);
  const all = shown.length > 0 && shown.every((one) => selected.has(one.number));
  const select = (number: string, on: boolean) => {
    const next = new Set(selected);
    if (on) next.add(number);
    else next.delete(number);
    setSelected(next);
  };
  const exported = new URLSearchParams({
    ...(id === undefined ? {} : { account: id }),
    ...(/\d/.test(search) ? { search: search.replace(/\D/g, '') } : {}),
    ...(filter === 'all' ? {} : { failover: filter }),
  });
  return (
    <>
      <Group align="end">
        <TextInput
          label={t.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <NativeSelect
          label={t.filter}
          value={filter}
          data={FILTERS.map((value) => ({ value, label: t[value] }))}
          onChange={(event) => setFilter(FILTERS.find((one) => one === event.currentTarget.value) ?? 'all')}
        />
        {mayChange && (
          <>
            <Button onClick={() => setMass(true)} disabled={selected.size === 0}>
              {texts.mass.title}
            </Button>
            <Button variant="default" onClick={() => setImporting(true)}>
              {texts.files.importCsv}
            </Button>
          </>
        )}
        <ExportFile path={`/dids?${exported}`} name="dids.csv" />
      </Group>
      <Group>
        {mayChange && (
          <Checkbox
            label={t.selectAll}
            checked={all}
            onChange={(event) => {
              const numbers = shown.map((one) => one.number);
              setSelected(event.currentTarget.checked ? new Set([...selected, ...numbers]) : new Set());
            }}
          />
        )}
        <Text role="status" size="sm">
          {t.count(shown.length, dids.length)}
          {selected.size > 0 && ` · ${t.selectedCount(selected.size)}`}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Empty icon="dids">{t.noMatch}</Empty>
      ) : (
        <DidTable dids={shown} selected={selected} onSelect={select} onOpen={setConfigured} />
      )}
      <Drawer
        opened={did !== undefined}
        onClose={() => setConfigured(undefined)}
        position="right"
        title={did === undefined ? '' : t.configureOf(did.number)}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        {did !== undefined && (
          <FailoverForm
            path={`/dids/${encodeURIComponent(did.number)}/failover`}
            failover={did.failover}
            did={did.number}
            onDone={() => setConfigured(undefined)}
          />
        )}
      </Drawer>
      <Drawer
        opened={mass}
        onClose={() => setMass(false)}
        position="right"
        title={texts.mass.title}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <MassFailover dids={[...selected]} onDone={() => setMass(false)} />
      </Drawer>
      <Drawer
        opened={importing}
        onClose={() => setImporting(false)}
        position="right"
        size="xl"
        title={texts.files.importTitle}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <ImportDids onDone={() => setImporting(false)} />
      </Drawer>
    </>
  );
}
