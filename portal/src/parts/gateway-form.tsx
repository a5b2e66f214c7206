import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed, Gateway } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { Refused } from './state.tsx';

const t = texts.gateways;
const DEFAULT = '10';

/** A carrier: where its calls come from, and where numbers are dialled. Without `gateway`, a new one. */
export function GatewayForm({ gateway, onDone }: { gateway?: Gateway; onDone?: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(gateway?.name ?? '');
  const [sources, setSources] = useState(gateway?.sources.join(', ') ?? '');
  const [address, setAddress] = useState(gateway?.address ?? '');
  const [priority, setPriority] = useState(`${gateway?.priority ?? DEFAULT}`);
  const [weight, setWeight] = useState(`${gateway?.weight ?? DEFAULT}`);
  const [trusted, setTrusted] = useState(gateway?.trusted ?? false);
  const save = useMutation({
    mutationFn: () => {
      const wanted = {
        name,
        sources: sources.split(/[\s,]+/).filter((one) => one !== ''),
        priority: Number(priority),
        weight: Number(weight),
        trusted,
      };
      const to = address.trim();
      return gateway === undefined
        ? ask<Changed>('POST', '/gateways', { ...wanted, ...(to === '' ? {} : { address: to }) })
        : ask<Changed>('PATCH', `/gateways/${gateway.id}`, { ...wanted, address: to === '' ? null : to });
    },
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
      if (gateway === undefined) {
        setName('');
        setSources('');
        setAddress('');
      }
      onDone?.();
    },
  });
  const error = save.error instanceof ApiError ? save.error : undefined;
  const source = error?.fields.find(({ field }) => field.startsWith('sources'))?.message;
  const known = source ?? ['name', 'address', 'priority', 'weight'].find((field) => error?.about(field));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t.name}
          required
          value={name}
          error={error?.about('name')}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label={t.sources}
          description={t.sourcesHint}
          value={sources}
          error={source}
          spellCheck={false}
          onChange={({ currentTarget }) => setSources(currentTarget.value)}
        />
        <TextInput
          label={t.address}
          description={t.addressHint}
          value={address}
          error={error?.about('address')}
          spellCheck={false}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        />
        <Group grow align="start">
          <TextInput
            label={t.priority}
            description={t.priorityHint}
            inputMode="numeric"
            value={priority}
            error={error?.about('priority')}
            onChange={({ currentTarget }) => setPriority(currentTarget.value)}
          />
          <TextInput
            label={t.weight}
            description={t.weightHint}
            inputMode="numeric"
            value={weight}
            error={error?.about('weight')}
            onChange={({ currentTarget }) => setWeight(currentTarget.value)}
          />
        </Group>
        <Checkbox
          label={t.trusted}
          checked={trusted}
          onChange={({ currentTarget }) => setTrusted(currentTarget.checked)}
        />
        {known === undefined && <Refused error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {gateway === undefined ? t.add : t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
