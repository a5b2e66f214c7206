import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { Loaded } from '../parts/list-state.tsx';
import { OwnLogins } from '../parts/own-logins.tsx';
import { OwnPassword } from '../parts/own-password.tsx';
import { Page } from '../parts/page.tsx';
import { SecondFactor } from '../parts/second-factor.tsx';
import { Notice } from '../parts/state.tsx';
import { texts } from '../texts/en.ts';

const t = texts.security;

/** The own login: its password, its second factor, and where it is in use. */
export default function Security() {
  const who = useWho();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => ask<Session>('GET', '/session'),
    enabled: who.by === 'login',
  });
  if (who.by === 'key') {
    return (
      <Page title={t.title} narrow>
        <Notice tone="quiet">{t.noLogin}</Notice>
      </Page>
    );
  }
  return (
    <Page title={t.title} hint={t.hint(who.name)} narrow>
      <Loaded query={session}>
        {({ user }) => (
          <Stack gap="lg">
            <OwnPassword email={user.email} />
            <SecondFactor on={user.secondFactor} />
            <OwnLogins />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}
