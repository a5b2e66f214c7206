import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { ask } from '../api/client.ts';
import type { Account, Page } from '../api/types.ts';
import { Loaded } from '../parts/list-state.tsx';
import { useWho } from './who-context.ts';

/** An owner begins with the account, an operator with all accounts, or with the set-up where there is none yet. */
export function Home() {
  const who = useWho();
  const some = useQuery({
    queryKey: ['accounts', 'some'],
    queryFn: () => ask<Page<Account>>('GET', '/accounts?limit=1'),
    enabled: who.kind === 'operator',
  });
  if (who.kind === 'owner') return <Navigate to={`/accounts/${who.account}/settings`} replace />;
  return (
    <Loaded query={some}>
      {({ entries }) => <Navigate to={entries.length === 0 ? '/start' : '/overview'} replace />}
    </Loaded>
  );
}
