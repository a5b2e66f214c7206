import { Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { texts } from '../texts/en.ts';
import type { TypedNumbers } from './number-list.ts';

const t = texts.numbers;

/** Many numbers: each of them, or the first and the last. */
export function NumberFields(props: {
  value: TypedNumbers;
  onChange: (value: TypedNumbers) => void;
  required?: boolean;
}) {
  const { value, onChange, required = false } = props;
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={t.how}
        value={value.kind}
        data={[
          { value: 'list', label: t.list },
          { value: 'range', label: t.range },
        ]}
        onChange={(kind) => onChange({ ...value, kind: kind === 'range' ? 'range' : 'list' })}
      />
      {value.kind === 'list' ? (
        <Textarea
          label={texts.accounts.dids}
          description={texts.accounts.didsHint}
          rows={8}
          required={required}
          data-autofocus
          value={value.list}
          onChange={({ currentTarget }) => onChange({ ...value, list: currentTarget.value })}
        />
      ) : (
        <>
          <Group grow align="start">
            <TextInput
              label={t.from}
              inputMode="tel"
              required={required}
              value={value.from}
              onChange={({ currentTarget }) => onChange({ ...value, from: currentTarget.value })}
            />
            <TextInput
              label={t.to}
              inputMode="tel"
              required={required}
              value={value.to}
              onChange={({ currentTarget }) => onChange({ ...value, to: currentTarget.value })}
            />
          </Group>
          <Text size="sm" c="dimmed">
            {t.rangeHint}
          </Text>
        </>
      )}
    </Stack>
  );
}
