import { Alert, Anchor, Button, Container, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ask } from '../api/client.ts';
import { texts } from '../texts/en.ts';

const t = texts.link;

/** What a link with a one-time token leads to: the first operator, an invitation, or a new password. */
export default function OneTimeLink() {
  const { pathname } = useLocation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setup = pathname.startsWith('/setup/');
  const title = setup ? t.setup : pathname.startsWith('/invitations/') ? t.invitation : t.passwordReset;
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
    <Container component="main" size="xs" py="xl">
      <Title mb="lg">{title}</Title>
      {send.isSuccess ? (
        <Alert role="status" title={t.done}>
          <Anchor href="/">{t.toLogIn}</Anchor>
        </Alert>
      ) : (
        <form onSubmit={submit}>
          <Stack>
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
              autoComplete="new-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {send.isError && (
              <Alert color="red" role="alert">
                {send.error.message}
              </Alert>
            )}
            <Button type="submit" loading={send.isPending}>
              {t.submit}
            </Button>
          </Stack>
        </form>
      )}
    </Container>
  );
}
