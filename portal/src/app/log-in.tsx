import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, ask, keptKey } from '../api/client.ts';
import { logInWithPassword } from '../api/who.ts';
import { texts } from '../texts/en.ts';

const t = texts.logIn;

async function logInWithKey(key: string): Promise<void> {
  keptKey.set(key.trim());
  try {
    await ask('GET', '/trunk-servers');
  } catch (error) {
    // 403 says that the key is an account's.
    if (error instanceof ApiError && error.status === 403) return;
    keptKey.forget();
    throw error instanceof ApiError && error.status === 401 ? new Error(t.keyWrong) : error;
  }
}

/** By email and password, with a code where the login has a second factor, or by an API key. */
export function LogInForm({ onDone }: { onDone: () => void }) {
  const [byKey, setByKey] = useState(false);
  const [email, setEmail] = useState('');
  const [secret, setSecret] = useState('');
  const [code, setCode] = useState('');
  const logIn = useMutation({
    mutationFn: () => (byKey ? logInWithKey(secret) : logInWithPassword(email, secret, code)),
    onSuccess: onDone,
  });
  const reason = logIn.error instanceof ApiError ? logIn.error.reason : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {!byKey && (
          <TextInput
            label={t.email}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={byKey ? t.key : t.password}
          {...(byKey ? { description: t.keyHint } : {})}
          autoComplete={byKey ? 'off' : 'current-password'}
          required
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        {(reason === 'codeNeeded' || reason === 'code') && (
          <TextInput
            label={t.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {logIn.isError && reason !== 'codeNeeded' && (
          <Alert color="red" role="alert">
            {logIn.error.message}
          </Alert>
        )}
        <Button type="submit" loading={logIn.isPending}>
          {t.submit}
        </Button>
        <Anchor component="button" type="button" onClick={() => setByKey(!byKey)}>
          {byKey ? t.byPassword : t.byKey}
        </Anchor>
      </Stack>
    </form>
  );
}
