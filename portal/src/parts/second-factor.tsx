import { Button, Code, CopyButton, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, ask } from '../api/client.ts';
import { texts } from '../texts/en.ts';
import { Copyable } from './copyable.tsx';
import { Section } from './page.tsx';
import { QrCode } from './qr-code.tsx';
import { Notice, Refused, State } from './state.tsx';
import { saveText } from './words.ts';

const t = texts.security;

interface Proposed {
  readonly secret: string;
  readonly otpauthUri: string;
}

/** What is shown: whether it is on; then, on the way there, the picture to scan, and the recovery codes. */
type Step =
  | { readonly kind: 'rest' }
  | { readonly kind: 'proposed'; readonly proposed: Proposed }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };

export function SecondFactor({ on }: { on: boolean }) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step>({ kind: 'rest' });
  const renew = () => {
    for (const shown of ['session', 'sessions']) void client.invalidateQueries({ queryKey: [shown] });
  };
  return (
    <Section
      title={t.factor}
      hint={t.factorHint}
      aside={<State tone={on ? 'good' : 'quiet'}>{on ? t.on : t.off}</State>}
    >
      {step.kind === 'rest' && (
        <Turn
          key={`${on}`}
          on={on}
          onProposed={(proposed) => setStep({ kind: 'proposed', proposed })}
          onOff={renew}
        />
      )}
      {step.kind === 'proposed' && (
        <Confirm
          proposed={step.proposed}
          onCancel={() => setStep({ kind: 'rest' })}
          onCodes={(codes) => {
            setStep({ kind: 'codes', codes });
            renew();
          }}
        />
      )}
      {step.kind === 'codes' && <Recovery codes={step.codes} onKept={() => setStep({ kind: 'rest' })} />}
    </Section>
  );
}

function Turn(props: { on: boolean; onProposed: (proposed: Proposed) => void; onOff: () => void }) {
  const { on, onProposed, onOff } = props;
  const [password, setPassword] = useState('');
  const turn = useMutation({
    mutationFn: () => ask<Proposed | null>(on ? 'DELETE' : 'POST', '/second-factor', { password }),
    onSuccess: (proposed) => {
      setPassword('');
      if (proposed === null) onOff();
      else onProposed(proposed);
    },
  });
  const error = turn.error instanceof ApiError ? turn.error.about('password') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    turn.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        <PasswordInput
          label={t.passwordFirst}
          autoComplete="current-password"
          required
          value={password}
          error={error}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        {error === undefined && <Refused error={turn.error} />}
        <Group>
          <Button type="submit" variant={on ? 'default' : 'filled'} loading={turn.isPending}>
            {on ? t.turnOff : t.turnOn}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Confirm(props: {
  proposed: Proposed;
  onCancel: () => void;
  onCodes: (codes: readonly string[]) => void;
}) {
  const { proposed, onCancel, onCodes } = props;
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const confirm = useMutation({
    mutationFn: () =>
      ask<{ recoveryCodes: readonly string[] }>('PUT', '/second-factor', { code: code.replace(/\s/g, '') }),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text fw={600}>{t.scan}</Text>
        <Group align="center" gap="lg">
          <QrCode text={proposed.otpauthUri} label={t.qr} />
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              {t.orType}
            </Text>
            <Copyable text={proposed.secret.match(/.{1,4}/g)?.join(' ') ?? proposed.secret} what={t.secret} />
          </div>
        </Group>
        <Text fw={600}>{t.confirm}</Text>
        <TextInput
          maw={240}
          label={t.code}
          inputMode="numeric"
          autoComplete="one-time-code"
          ref={field}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Refused error={confirm.error} />
        <Group>
          <Button type="submit" loading={confirm.isPending}>
            {t.confirmIt}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Recovery({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const text = codes.join('\n');
  return (
    <Stack>
      <Notice tone="warn" role="status" title={t.recovery}>
        {t.recoveryHint}
      </Notice>
      <Code block tabIndex={0} role="region" aria-label={t.recovery} fz="md">
        {text}
      </Code>
      <Group>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? texts.copied : t.copyCodes}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={() => saveText('recovery-codes.txt', 'text/plain', `${text}\n`)}>
          {t.saveCodes}
        </Button>
        <Button onClick={onKept}>{t.kept}</Button>
      </Group>
    </Stack>
  );
}
