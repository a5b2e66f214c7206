import {
  ActionIcon,
  Anchor,
  AppShell,
  Burger,
  Button,
  Group,
  Modal,
  Stack,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { whenLoggedOut } from '../api/client.ts';
import { listen, useLive } from '../api/live.ts';
import { logOut, type Who, whoIsThere } from '../api/who.ts';
import { Icon } from '../parts/icon.tsx';
import { Loaded } from '../parts/list-state.tsx';
import { Notice, State } from '../parts/state.tsx';
import { texts } from '../texts/en.ts';
import { LogInForm } from './log-in.tsx';
import { Navigation, useAccountName } from './navigation.tsx';
import { NotFound } from './not-found.tsx';
import { Outside, Product } from './outside.tsx';
import { WhoContext } from './who-context.ts';

const OF_EVERYBODY: ReadonlySet<string> = new Set(['/', '/security']);

/** The frame of every page: who is there, the navigation, and the log-in where nobody is. */
export function Shell() {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const who = useQuery({ queryKey: ['who'], queryFn: whoIsThere, staleTime: Number.POSITIVE_INFINITY });
  useEffect(() => whenLoggedOut(() => setEnded(true)), []);
  const loggedIn = () => {
    setEnded(false);
    void client.resetQueries({ queryKey: ['who'] });
  };
  const again = () => {
    setEnded(false);
    void client.invalidateQueries();
  };
  return (
    <Loaded query={who}>
      {(there) =>
        there === null ? (
          <Outside title={texts.logIn.title}>
            <LogInForm onDone={loggedIn} />
          </Outside>
        ) : (
          <WhoContext.Provider value={there}>
            <Frame who={there} />
            <Modal
              opened={ended}
              onClose={() => setEnded(false)}
              title={texts.logIn.again}
              closeButtonProps={{ 'aria-label': texts.close }}
            >
              <LogInForm onDone={again} />
            </Modal>
          </WhoContext.Provider>
        )
      }
    </Loaded>
  );
}

function Frame({ who }: { who: Who }) {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
  const [open, { toggle, close }] = useDisclosure();
  const { account } = useParams({ strict: false });
  const { pathname } = useLocation();
  // For an account, what belongs to others and to operators alone is not there.
  const foreign =
    who.kind === 'owner' && (account === undefined ? !OF_EVERYBODY.has(pathname) : account !== who.account);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', sm: 'lg' }}
    >
      <a className="tl-skip" href="#page">
        {texts.skip}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" gap="sm">
            <Burger
              hiddenFrom="sm"
              size="sm"
              opened={open}
              onClick={toggle}
              aria-expanded={open}
              aria-label={texts.menu}
            />
            <Product />
          </Group>
          <TopRight who={who} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={texts.menu} style={{ overflowY: 'auto' }}>
        <Navigation who={who} onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} style={{ outline: 'none' }}>
        {foreign ? (
          <NotFound />
        ) : (
          <Stack gap="lg">
            {who.kind === 'operator' && account !== undefined && <AsItsOwnerSeesIt account={account} />}
            {!who.mayChange && <Notice tone="quiet">{texts.viewer}</Notice>}
            <Outlet />
          </Stack>
        )}
      </AppShell.Main>
    </AppShell>
  );
}

function TopRight({ who }: { who: Who }) {
  const client = useQueryClient();
  const live = useLive();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  const leave = async () => {
    await logOut().catch(() => undefined);
    client.clear();
    location.assign('/');
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <Tooltip label={live ? texts.live.hint : texts.live.cutHint}>
        <span role="status">
          <State tone={live ? 'good' : 'quiet'}>{live ? texts.live.on : texts.live.cut}</State>
        </span>
      </Tooltip>
      <Text size="sm" visibleFrom="sm" truncate maw={240}>
        {who.name}
      </Text>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={texts.scheme}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
      </ActionIcon>
      <Button variant="default" h={34} px="sm" onClick={leave} visibleFrom="sm">
        {texts.logOut}
      </Button>
      <ActionIcon variant="default" size="lg" aria-label={texts.logOut} onClick={leave} hiddenFrom="sm">
        <Icon name="out" />
      </ActionIcon>
    </Group>
  );
}

/** An operator in an account sees what its owner sees, and should know that. */
function AsItsOwnerSeesIt({ account }: { account: string }) {
  const name = useAccountName(account);
  if (name === undefined) return null;
  return (
    <Notice tone="accent" role="note">
      {texts.accounts.openedAs(name)}{' '}
      <Anchor component={Link} to="/accounts" inherit underline="always">
        {texts.accounts.back}
      </Anchor>
    </Notice>
  );
}
