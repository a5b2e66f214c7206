import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Container,
  Group,
  Modal,
  NavLink,
  Paper,
  Text,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { whenLoggedOut } from '../api/client.ts';
import { listen } from '../api/live.ts';
import { logOut, type Who, whoIsThere } from '../api/who.ts';
import { Loaded } from '../parts/list-state.tsx';
import { texts } from '../texts/en.ts';
import { LogInForm } from './log-in.tsx';
import { WhoContext } from './who-context.ts';

const t = texts.nav;

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
          <Container component="main" size="xs" py="xl">
            <Title mb="lg">{texts.logIn.title}</Title>
            <Paper withBorder p="lg">
              <LogInForm onDone={loggedIn} />
            </Paper>
          </Container>
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
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  const { account } = useParams({ strict: false });
  const foreign = who.kind === 'owner' && account !== undefined && account !== who.account;
  const leave = async () => {
    await logOut().catch(() => undefined);
    client.clear();
    location.assign('/');
  };
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding="md"
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger hiddenFrom="sm" size="sm" opened={open} onClick={toggle} aria-label={texts.menu} />
            <Text fw={700}>{texts.product}</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" visibleFrom="sm">
              {who.name}
            </Text>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={texts.scheme}
              onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
            >
              ◐
            </ActionIcon>
            <Button variant="default" size="xs" onClick={leave}>
              {texts.logOut}
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={texts.menu}>
        <Navigation who={who} onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main>{foreign ? <Title>{texts.notFound}</Title> : <Outlet />}</AppShell.Main>
    </AppShell>
  );
}

function Navigation({ who, onGo }: { who: Who; onGo: () => void }) {
  const { account: opened } = useParams({ strict: false });
  const { pathname } = useLocation();
  const account = opened ?? (who.kind === 'owner' ? who.account : undefined);
  const own = (part: string) => `/accounts/${account}/${part}`;
  const places = [
    ...(who.kind === 'operator'
      ? [
          ['/accounts', t.accounts],
          ['/gateways', t.gateways],
          ['/trunk-servers', t.trunkServers],
          ['/calls', t.allCalls],
          ['/keys', t.operatorKeys],
          ['/start', t.start],
        ]
      : []),
    ...(account === undefined
      ? []
      : [
          [own('settings'), t.myAccount],
          [own('registration'), t.registration],
          [own('dids'), t.dids],
          [own('calls'), t.calls],
          [own('keys'), t.keys],
        ]),
  ];
  return places.map(([to = '/', label]) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      label={label}
      activeOptions={{ exact: true }}
      active={pathname === to}
      variant="filled"
      onClick={onGo}
      {...(pathname === to ? { 'aria-current': 'page' } : {})}
    />
  ));
}
