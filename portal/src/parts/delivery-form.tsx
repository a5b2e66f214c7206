import { Button, Checkbox, Group, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import type { Changed, Delivery } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { Refused } from './state.tsx';

const t = texts.delivery;
const PRESETS = ['unreachable', 'unreachable-or-broken', 'anything'] as const;

const codes = (typed: string) =>
  typed
    .split(/[\s,]+/)
    .filter((code) => code !== '')
    .map(Number);
/** The API has milliseconds, people have seconds. */
const seconds = (value: number | string) => (typeof value === 'number' ? `${value / 1_000}` : '');
const millis = (typed: string) => Math.round(Number(typed.replace(',', '.')) * 1_000);

/** Which outcomes count as unreachable, and how long a target may take. */
export function DeliveryForm({ path, delivery }: { path: string; delivery: Delivery }) {
  const client = useQueryClient();
  const { triggers, timings } = delivery;
  const [preset, setPreset] = useState(triggers.preset);
  const [add, setAdd] = useState(triggers.add.join(', '));
  const [remove, setRemove] = useState(triggers.remove.join(', '));
  const [noResponse, setNoResponse] = useState(seconds(timings.noResponse));
  const [noProgress, setNoProgress] = useState(seconds(timings.noProgress));
  const [ring, setRing] = useState(seconds(timings.ring));
  const [noAnswer, setNoAnswer] = useState(delivery.noAnswerFailover);
  const [shared, setShared] = useState(delivery.sharedRegistrations);
  const update = useMutation({
    mutationFn: () =>
      ask<Changed>('PATCH', path, {
        delivery: {
          triggers: { preset, add: codes(add), remove: codes(remove) },
          timings: {
            noResponse: millis(noResponse),
            noProgress: noProgress.trim() === '' ? 'off' : millis(noProgress),
            ring: ring.trim() === '' ? 'default' : millis(ring),
          },
          noAnswerFailover: noAnswer,
          sharedRegistrations: shared,
        },
      }),
    onSuccess: (changed) => {
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
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
          onChange={(chosen) => setPreset(PRESETS.find((one) => one === chosen) ?? 'unreachable')}
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
            onChange={({ currentTarget }) => setAdd(currentTarget.value)}
          />
          <TextInput
            label={t.remove}
            description={t.codesHint}
            value={remove}
            error={error?.about('remove')}
            onChange={({ currentTarget }) => setRemove(currentTarget.value)}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput
            label={t.noResponse}
            description={t.noResponseHint}
            inputMode="decimal"
            value={noResponse}
            error={error?.about('noResponse')}
            onChange={({ currentTarget }) => setNoResponse(currentTarget.value)}
          />
          <TextInput
            label={t.noProgress}
            description={t.noProgressHint}
            inputMode="decimal"
            value={noProgress}
            error={error?.about('noProgress')}
            onChange={({ currentTarget }) => setNoProgress(currentTarget.value)}
          />
          <TextInput
            label={t.ring}
            description={t.ringHint}
            inputMode="decimal"
            value={ring}
            error={error?.about('ring')}
            onChange={({ currentTarget }) => setRing(currentTarget.value)}
          />
        </SimpleGrid>
        <Checkbox
          label={t.noAnswer}
          checked={noAnswer}
          onChange={({ currentTarget }) => setNoAnswer(currentTarget.checked)}
        />
        <Checkbox
          label={t.shared}
          checked={shared}
          onChange={({ currentTarget }) => setShared(currentTarget.checked)}
        />
        <Refused error={update.error} />
        <Group>
          <Button type="submit" variant="default" loading={update.isPending}>
            {t.update}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
