import { useParams } from '@tanstack/react-router';
import { createContext, useContext } from 'react';
import type { Who } from '../api/who.ts';

export const WhoContext = createContext<Who | undefined>(undefined);

export function useWho(): Who {
  const who = useContext(WhoContext);
  if (who === undefined) throw new Error('this is shown only to people who are logged in');
  return who;
}

/** The account of the page, and where the API has it for whoever asks; undefined on pages of all accounts. */
export function useAccount(): { readonly id: string | undefined; readonly path: string } {
  const who = useWho();
  const { account } = useParams({ strict: false });
  return { id: account, path: who.kind === 'owner' ? '/account' : `/accounts/${account ?? ''}` };
}
