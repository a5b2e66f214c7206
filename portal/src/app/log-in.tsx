import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, ask, keptKey } from '../api/client.ts';
import { logInWithPassword } from '../api/who.ts';
import { Notice, Refused } from '../parts/state.tsx';
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

type Way = 'password' | 'key' | 'forgotten';

/** By email and password, with a code where the login has a second factor, or by an API key. */
export function LogInForm({ onDone }: { onDone: () => void }) {
  const [way, setWay] = useState<Way>('password');
  const [email, setEmail] = useState('');
  if (way === 'forgotten') {
    return <Forgotten email={email} onEmail={setEmail} onBack={() => setWay('password')} />;
  }
  return <Known way={way} onWay={setWay} email={email} onEmail={setEmail} onDone={onDone} />;
}

function Known(props: {
  way: 'password' | 'key';
  onWay: (way: Way) => void;
  email: string;
  onEmail: (email: string) => void;
  onDone: () => void;
}) {
  const { way, onWay, email, onEmail, onDone } = props;
  const [secret, setSecret] = useState('');
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  const byKey = way === 'key';
  const logIn = useMutation({
    mutationFn: () => (byKey ? logInWithKey(secret) : logInWithPassword(email, secret, code.trim())),
    onSuccess: onDone,
  });
  const reason = logIn.error instanceof ApiError ? logIn.error.reason : undefined;
  const [factor, setFactor] = useState(false);
  if (!factor && (reason === 'codeNeeded' || reason === 'code')) setFactor(true);
  const withCode = factor && !byKey;
  useEffect(() => {
    if (withCode) codeField.current?.focus();
  }, [withCode]);
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
            onChange={(event) => onEmail(event.currentTarget.value)}
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
        {withCode && (
          <>
            <TextInput
              ref={codeField}
              label={recovery ? t.recoveryCode : t.code}
              description={recovery ? t.recoveryHint : t.codeHint}
              inputMode={recovery ? 'text' : 'numeric'}
              autoComplete={recovery ? 'off' : 'one-time-code'}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Anchor
              component="button"
              type="button"
              size="sm"
              ta="start"
              onClick={() => {
                setRecovery(!recovery);
                setCode('');
                codeField.current?.focus();
              }}
            >
              {recovery ? t.byCode : t.byRecovery}
            </Anchor>
          </>
        )}
        {reason !== 'codeNeeded' && <Refused error={logIn.error} />}
        <Button type="submit" size="md" loading={logIn.isPending}>
          {t.submit}
        </Button>
        <Group justify="space-between" gap="xs">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => onWay(byKey ? 'password' : 'key')}
          >
            {byKey ? t.byPassword : t.byKey}
          </Anchor>
          {!byKey && (
            <Anchor component="button" type="button" size="sm" onClick={() => onWay('forgotten')}>
              {t.forgotten}
            </Anchor>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** Asks for a mail with a link. The answer is the same whether somebody has the address or nobody. */
function Forgotten(props: { email: string; onEmail: (email: string) => void; onBack: () => void }) {
  const { email, onEmail, onBack } = props;
  const send = useMutation({ mutationFn: () => ask('POST', '/password-resets', { email }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t.forgottenHint}</Text>
        <TextInput
          label={t.email}
          type="email"
          autoComplete="username"
          required
          data-autofocus
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
        />
        <Refused error={send.error} />
        {send.isSuccess && (
          <Notice tone="good" role="status" title={t.resetSent}>
            {t.resetSentHint}
          </Notice>
        )}
        <Button type="submit" size="md" loading={send.isPending}>
          {t.sendReset}
        </Button>
        <Anchor component="button" type="button" size="sm" ta="start" onClick={onBack}>
          {t.byPassword}
        </Anchor>
      </Stack>
    </form>
  );
}
