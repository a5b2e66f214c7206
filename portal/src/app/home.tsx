import { Navigate } from '@tanstack/react-router';
import { useWho } from './who-context.ts';

/** An owner begins with the account, an operator with all accounts. */
export function Home() {
  const who = useWho();
  return <Navigate to={who.kind === 'owner' ? `/accounts/${who.account}/settings` : '/accounts'} replace />;
}
