import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Changed, Gateway } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { Conflict, differences } from './conflict.tsx';
import { useBoth, useEdited } from './edited.ts';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Refused } from './state.tsx';

const t = texts.gateways;
const DEFAULT = '10';

/** As the fields have it. */
function fieldsOf(gateway: Gateway | undefined) {
  return {
    name: gateway?.name ?? '',
    sources: gateway?.sources.join(', ') ?? '',
    address: gateway?.address ?? '',
    priority: `${gateway?.priority ?? DEFAULT}`,
    weight: `${gateway?.weight ?? DEFAULT}`,
    trusted: gateway?.trusted ?? false,
  };
}
type Fields = ReturnType<typeof fieldsOf>;

function wantedOf({ name, sources, address, priority, weight, trusted }: Fields) {
  return {
    name: name.trim(),
    sources: sources.split(/[\s,]+/).filter((one) => one !== ''),
    address: address.trim() === '' ? null : address.trim(),
    priority: Number(priority),
    weight: Number(weight),
    trusted,
  };
}

/** However it was typed. */
const same = (one: Fields, other: Fields) =>
  JSON.stringify(wantedOf(one)) === JSON.stringify(wantedOf(other));

const LABELS = {
  name: t.name,
  sources: t.sources,
  address: t.address,
  priority: t.priority,
  weight: t.weight,
  trusted: t.trusted,
};

/**
 * A carrier: where its calls come from, and where numbers are dialled. Without `gateway`, a new one. What was typed stays
 * there when somebody else changes it meanwhile: then both are shown.
 */
export function GatewayForm({ gateway, onDone }: { gateway?: Gateway; onDone?: () => void }) {
  const client = useQueryClient();
  const edited = useEdited<Gateway | undefined>(
    `/gateways/${gateway?.id ?? ''}`,
    gateway,
    (one, other) => same(fieldsOf(one), fieldsOf(other)),
    { enabled: gateway !== undefined },
  );
  const [typed, setTyped] = useState(fieldsOf(gateway));
  const { name, sources, address, priority, weight, trusted } = typed;
  const once = useOnce();
  const save = useMutation({
    mutationFn: () => {
      const { address: to, ...wanted } = wantedOf(typed);
      return gateway === undefined
        ? once<Changed>('/gateways', { ...wanted, ...(to === null ? {} : { address: to }) })
        : edited.change<Changed>('PATCH', { ...wanted, address: to });
    },
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
      if (gateway === undefined) setTyped(fieldsOf(undefined));
      onDone?.();
    },
  });
  const edit = (changed: Partial<Fields>) => {
    setTyped({ ...typed, ...changed });
    save.reset();
  };
  const now = fieldsOf(edited.now);
  const { conflict, takeTheirs } = useBoth({
    shown: fieldsOf(gateway),
    now,
    typed,
    show: setTyped,
    same,
    idle: gateway !== undefined && !save.isPending && !save.isSuccess,
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
          data-autofocus
          required
          value={name}
          error={error?.about('name')}
          onChange={({ currentTarget }) => edit({ name: currentTarget.value })}
        />
        <TextInput
          label={t.sources}
          description={t.sourcesHint}
          value={sources}
          error={source}
          spellCheck={false}
          onChange={({ currentTarget }) => edit({ sources: currentTarget.value })}
        />
        <TextInput
          label={t.address}
          description={t.addressHint}
          value={address}
          error={error?.about('address')}
          spellCheck={false}
          onChange={({ currentTarget }) => edit({ address: currentTarget.value })}
        />
        <Group grow align="start">
          <TextInput
            label={t.priority}
            description={t.priorityHint}
            inputMode="numeric"
            value={priority}
            error={error?.about('priority')}
            onChange={({ currentTarget }) => edit({ priority: currentTarget.value })}
          />
          <TextInput
            label={t.weight}
            description={t.weightHint}
            inputMode="numeric"
            value={weight}
            error={error?.about('weight')}
            onChange={({ currentTarget }) => edit({ weight: currentTarget.value })}
          />
        </Group>
        <Checkbox
          label={t.trusted}
          checked={trusted}
          onChange={({ currentTarget }) => edit({ trusted: currentTarget.checked })}
        />
        {conflict && (
          <Conflict
            theirs={differences(LABELS, now, typed)}
            yours={differences(LABELS, typed, now)}
            onTakeTheirs={() => {
              save.reset();
              takeTheirs();
            }}
          />
        )}
        {known === undefined && <Refused error={conflict && error?.status === 412 ? null : save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {gateway === undefined ? t.add : t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
