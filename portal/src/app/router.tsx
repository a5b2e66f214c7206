import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Home } from './home.tsx';
import { Nowhere } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ notFoundComponent: Nowhere });

/** Opened from a link with a one-time token, without a login. */
const link = (path: string) =>
  createRoute({
    getParentRoute: () => root,
    path: `${path}/$token`,
    component: lazyRouteComponent(() => import('../pages/one-time-link.tsx')),
  });

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const page = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load) });

export const router = createRouter({
  defaultPreload: 'intent',
  routeTree: root.addChildren([
    link('setup'),
    link('invitations'),
    link('password-resets'),
    shell.addChildren([
      createRoute({ getParentRoute: () => shell, path: '/', component: Home }),
      page('start', () => import('../pages/start.tsx')),
      page('accounts', () => import('../pages/accounts.tsx')),
      page('overview', () => import('../pages/overview.tsx')),
      page('policy', () => import('../pages/policy.tsx')),
      page('dids', () => import('../pages/all-dids.tsx')),
      page('gateways', () => import('../pages/gateways.tsx')),
      page('trunk-servers', () => import('../pages/trunk-servers.tsx')),
      page('keys', () => import('../pages/api-keys.tsx')),
      page('users', () => import('../pages/users.tsx')),
      page('security', () => import('../pages/security.tsx')),
      page('calls', () => import('../pages/calls.tsx')),
      page('audit', () => import('../pages/audit.tsx')),
      page('accounts/$account/settings', () => import('../pages/my-account.tsx')),
      page('accounts/$account/registration', () => import('../pages/registration.tsx')),
      page('accounts/$account/dids', () => import('../pages/dids.tsx')),
      page('accounts/$account/dids/$number', () => import('../pages/did-plan.tsx')),
      page('accounts/$account/users', () => import('../pages/users.tsx')),
      page('accounts/$account/keys', () => import('../pages/api-keys.tsx')),
      page('accounts/$account/calls', () => import('../pages/calls.tsx')),
      page('accounts/$account/audit', () => import('../pages/audit.tsx')),
    ]),
  ]),
});
