import { Button, Checkbox, Group, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Changed, Delivery } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { Conflict, differences } from './conflict.tsx';
import { useBoth, useEdited } from './edited.ts';
import { followRevision } from './follow-revision.ts';
import { Refused } from './state.tsx';

const t = texts.delivery;
const PRESETS = ['unreachable', 'unreachable-or-broken', 'anything'] as const;

const codes = (typed: string) => {
  const numbers = typed
    .split(/[\s,]+/)
    .filter((code) => code !== '')
    .map(Number);
  return [...new Set(numbers)].toSorted((one, other) => one - other);
};
/** The API has milliseconds, people have seconds. */
const seconds = (value: number | string) => (typeof value === 'number' ? `${value / 1_000}` : '');
const millis = (typed: string) => Math.round(Number(typed.replace(',', '.')) * 1_000);

/** As the fields have it. */
function fieldsOf({ triggers, timings, noAnswerFailover, sharedRegistrations }: Delivery) {
  return {
    preset: triggers.preset,
    add: triggers.add.join(', '),
    remove: triggers.remove.join(', '),
    noResponse: seconds(timings.noResponse),
    noProgress: seconds(timings.noProgress),
    ring: seconds(timings.ring),
    noAnswer: noAnswerFailover,
    shared: sharedRegistrations,
  };
}
type Fields = ReturnType<typeof fieldsOf>;

function deliveryOf(typed: Fields) {
  const { noResponse, noProgress, ring } = typed;
  return {
    triggers: { preset: typed.preset, add: codes(typed.add), remove: codes(typed.remove) },
    timings: {
      noResponse: millis(noResponse),
      noProgress: noProgress.trim() === '' ? 'off' : millis(noProgress),
      ring: ring.trim() === '' ? 'default' : millis(ring),
    },
    noAnswerFailover: typed.noAnswer,
    sharedRegistrations: typed.shared,
  };
}

/** However it was typed. */
const same = (one: Fields, other: Fields) =>
  JSON.stringify(deliveryOf(one)) === JSON.stringify(deliveryOf(other));

interface Rules {
  readonly delivery: Delivery;
}
const sameRules = (one: Rules, other: Rules) => same(fieldsOf(one.delivery), fieldsOf(other.delivery));

const LABELS = {
  preset: t.preset,
  add: t.add,
  remove: t.remove,
  noResponse: t.noResponse,
  noProgress: t.noProgress,
  ring: t.ring,
  noAnswer: t.noAnswer,
  shared: t.shared,
};
const said = (fields: Fields) => ({ ...fields, preset: t.presets[fields.preset] });

/**
 * Which outcomes count as unreachable, and how long a target may take. What was typed stays there when somebody else
 * changes the rules meanwhile: then both are shown.
 */
export function DeliveryForm({ path, delivery }: { path: string; delivery: Delivery }) {
  const client = useQueryClient();
  const { mayChange } = useWho();
  const edited = useEdited<Rules>(path, { delivery }, sameRules);
  const now = fieldsOf(edited.now.delivery);
  const [typed, setTyped] = useState(fieldsOf(delivery));
  const { preset, add, remove, noResponse, noProgress, ring, noAnswer, shared } = typed;
  const update = useMutation({
    mutationFn: () => edited.change<Changed>('PATCH', { delivery: deliveryOf(typed) }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const edit = (changed: Partial<Fields>) => {
    setTyped({ ...typed, ...changed });
    update.reset();
  };
  const idle = !update.isPending && !update.isSuccess;
  const shown = fieldsOf(delivery);
  const { conflict, takeTheirs } = useBoth({ shown, now, typed, show: setTyped, same, idle });
  const error = update.error instanceof ApiError ? update.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Radio.Group
          label={t.preset}
          value={preset}
          onChange={(chosen) => edit({ preset: PRESETS.find((one) => one === chosen) ?? 'unreachable' })}
        >
          <Stack gap="sm" mt="xs">
            {PRESETS.map((value) => (
              <Radio key={value} value={value} label={t.presets[value]} description={t.means[value]} />
            ))}
          </Stack>
        </Radio.Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={t.add}
            description={t.codesHint}
            value={add}
            error={error?.about('add')}
            onChange={({ currentTarget }) => edit({ add: currentTarget.value })}
          />
          <TextInput
            label={t.remove}
            description={t.codesHint}
            value={remove}
            error={error?.about('remove')}
            onChange={({ currentTarget }) => edit({ remove: currentTarget.value })}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 3 }} style={{ alignItems: 'end' }}>
          <TextInput
            label={t.noResponse}
            description={t.noResponseHint}
            inputMode="decimal"
            value={noResponse}
            error={error?.about('noResponse')}
            onChange={({ currentTarget }) => edit({ noResponse: currentTarget.value })}
          />
          <TextInput
            label={t.noProgress}
            description={t.noProgressHint}
            inputMode="decimal"
            value={noProgress}
            error={error?.about('noProgress')}
            onChange={({ currentTarget }) => edit({ noProgress: currentTarget.value })}
          />
          <TextInput
            label={t.ring}
            description={t.ringHint}
            inputMode="decimal"
            value={ring}
            error={error?.about('ring')}
            onChange={({ currentTarget }) => edit({ ring: currentTarget.value })}
          />
        </SimpleGrid>
        <Checkbox
          label={t.noAnswer}
          checked={noAnswer}
          onChange={({ currentTarget }) => edit({ noAnswer: currentTarget.checked })}
        />
        <Checkbox
          label={t.shared}
          checked={shared}
          onChange={({ currentTarget }) => edit({ shared: currentTarget.checked })}
        />
        {conflict && (
          <Conflict
            theirs={differences(LABELS, said(now), said(typed))}
            yours={differences(LABELS, said(typed), said(now))}
            onTakeTheirs={() => {
              update.reset();
              takeTheirs();
            }}
          />
        )}
        <Refused error={conflict && error?.status === 412 ? null : update.error} />
        {mayChange && (
          <Group>
            <Button type="submit" variant="default" loading={update.isPending}>
              {t.update}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
