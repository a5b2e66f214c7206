import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ask } from '../api/client.ts';
import type { Role } from '../api/types.ts';
import { Outside } from '../app/outside.tsx';
import { Notice, Refused } from '../parts/state.tsx';
import { texts } from '../texts/en.ts';

const t = texts.link;

/** What a link with a one-time token leads to: the first operator, an invitation, or a new password. */
export default function OneTimeLink() {
  const { pathname } = useLocation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setup = pathname.startsWith('/setup/');
  const title = setup ? t.setup : pathname.startsWith('/invitations/') ? t.invitation : t.passwordReset;
  const invitation = useQuery({
    queryKey: ['invitation', pathname],
    queryFn: () => ask<{ email: string; role: Role }>('GET', pathname),
    enabled: pathname.startsWith('/invitations/'),
  });
  const send = useMutation({
    mutationFn: () => ask('POST', pathname, setup ? { email, password } : { password }),
    onSuccess: () => {
      if (setup) location.assign('/');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Outside title={title}>
      {send.isSuccess ? (
        <Notice tone="good" role="status" title={t.done}>
          <Anchor href="/">{t.toLogIn}</Anchor>
        </Notice>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            {invitation.data !== undefined && (
              <Text>{t.invited(invitation.data.email, texts.users.roles[invitation.data.role])}</Text>
            )}
            <Refused error={send.isError ? null : invitation.error} />
            {setup && (
              <TextInput
                label={texts.logIn.email}
                type="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
            )}
            <PasswordInput
              label={texts.logIn.password}
              description={t.passwordHint}
              autoComplete="new-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Refused error={send.error} />
            <Button type="submit" loading={send.isPending}>
              {t.submit}
            </Button>
          </Stack>
        </form>
      )}
    </Outside>
  );
}
