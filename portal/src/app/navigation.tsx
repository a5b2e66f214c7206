import { Divider, NavLink, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { ask } from '../api/client.ts';
import type { Account } from '../api/types.ts';
import type { Who } from '../api/who.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { texts } from '../texts/en.ts';

const t = texts.nav;

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
}

const OF_SERVICE: readonly Place[] = [
  { to: '/overview', label: t.overview, icon: 'overview' },
  { to: '/accounts', label: t.accounts, icon: 'accounts' },
  { to: '/dids', label: t.allDids, icon: 'dids' },
  { to: '/calls', label: t.allCalls, icon: 'calls' },
  { to: '/gateways', label: t.gateways, icon: 'gateways' },
  { to: '/trunk-servers', label: t.trunkServers, icon: 'servers' },
  { to: '/policy', label: t.policy, icon: 'policy' },
  { to: '/users', label: t.operators, icon: 'users' },
  { to: '/keys', label: t.operatorKeys, icon: 'key' },
  { to: '/audit', label: t.wholeAudit, icon: 'audit' },
  { to: '/start', label: t.start, icon: 'start' },
];

function ofAccount(account: string): readonly Place[] {
  const own = (part: string) => `/accounts/${account}/${part}`;
  return [
    { to: own('settings'), label: t.myAccount, icon: 'account' },
    { to: own('registration'), label: t.registration, icon: 'plug' },
    { to: own('dids'), label: t.dids, icon: 'dids' },
    { to: own('calls'), label: t.calls, icon: 'calls' },
    { to: own('users'), label: t.users, icon: 'users' },
    { to: own('keys'), label: t.keys, icon: 'key' },
    { to: own('audit'), label: t.audit, icon: 'audit' },
  ];
}

/** The places of the service for an operator, those of the account that is open, and the own login. */
export function Navigation({ who, onGo }: { who: Who; onGo: () => void }) {
  const { account: opened } = useParams({ strict: false });
  const account = opened ?? (who.kind === 'owner' ? who.account : undefined);
  return (
    <Stack gap={4}>
      {account !== undefined && (
        <>
          {who.kind === 'operator' && <Heading>{<AccountName id={account} />}</Heading>}
          <Places places={ofAccount(account)} onGo={onGo} />
          {who.kind === 'operator' && <Divider my="xs" color="var(--tl-line)" />}
        </>
      )}
      {who.kind === 'operator' && (
        <>
          <Heading>{t.service}</Heading>
          <Places places={OF_SERVICE} onGo={onGo} />
        </>
      )}
      {who.by === 'login' && (
        <>
          <Divider my="xs" color="var(--tl-line)" />
          <Places places={[{ to: '/security', label: t.security, icon: 'security' }]} onGo={onGo} />
        </>
      )}
    </Stack>
  );
}

function Heading({ children }: { children: React.ReactNode }) {
  return (
    <Text size="xs" fw={600} c="dimmed" px="sm" pt={6} truncate>
      {children}
    </Text>
  );
}

/** The account that an operator has opened. */
export function useAccountName(id: string | undefined): string | undefined {
  const account = useQuery({
    queryKey: ['account', id],
    queryFn: () => ask<Account>('GET', `/accounts/${id}`),
    enabled: id !== undefined,
  });
  return account.data?.name;
}

function AccountName({ id }: { id: string }) {
  return useAccountName(id) ?? t.account;
}

function Places({ places, onGo }: { places: readonly Place[]; onGo: () => void }) {
  const { pathname } = useLocation();
  return places.map(({ to, label, icon }) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      label={label}
      leftSection={<Icon name={icon} />}
      activeOptions={{ exact: true }}
      active={pathname === to}
      variant="filled"
      style={{ borderRadius: 8 }}
      py={7}
      onClick={onGo}
      {...(pathname === to ? { 'aria-current': 'page' } : {})}
    />
  ));
}
