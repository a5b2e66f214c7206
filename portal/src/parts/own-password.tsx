import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import { texts } from '../texts/en.ts';
import { Section } from './page.tsx';
import { Notice, Refused } from './state.tsx';

const t = texts.security;

export function OwnPassword({ email }: { email: string }) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const change = useMutation({
    mutationFn: () => ask('POST', '/password', { password, newPassword }),
    onSuccess: () => {
      setPassword('');
      setNewPassword('');
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const error = change.error instanceof ApiError ? change.error : undefined;
  const beside = error?.about('password') ?? error?.about('newPassword');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title={t.password} hint={t.passwordHint}>
      <form onSubmit={submit} noValidate>
        <Stack maw={420}>
          {/* So that password keepers know whose password it is. */}
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={t.current}
            autoComplete="current-password"
            required
            value={password}
            error={error?.about('password')}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <PasswordInput
            label={t.fresh}
            description={t.freshHint}
            autoComplete="new-password"
            required
            value={newPassword}
            error={error?.about('newPassword')}
            onChange={({ currentTarget }) => setNewPassword(currentTarget.value)}
          />
          {beside === undefined && <Refused error={change.error} />}
          {change.isSuccess && (
            <Notice tone="good" role="status">
              {t.changed}
            </Notice>
          )}
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t.change}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
