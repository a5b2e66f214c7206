import { notifications } from '@mantine/notifications';
import { ask } from '../api/client.ts';
import type { Changed, Revision } from '../api/types.ts';
import { texts } from '../texts/en.ts';

const EVERY = 150;
const AT_MOST = 10_000;

/** Tells how a change goes live, trunk server by trunk server. */
export async function followRevision({ revision, warnings }: Changed): Promise<void> {
  // One notice for one change, also where a second click got the answer of the first.
  const id = `revision-${revision}`;
  notifications.hide(id);
  notifications.show({
    id,
    title: texts.revision.title,
    message: texts.revision.waiting(revision),
    loading: true,
    autoClose: false,
    closeButtonProps: { 'aria-label': texts.close },
  });
  const tell = (message: string): void => {
    notifications.update({
      id,
      message: [message, ...(warnings ?? []).map((one) => one.message)].join(' '),
      loading: false,
      autoClose: 8_000,
    });
  };
  const end = Date.now() + AT_MOST;
  while (Date.now() < end) {
    const seen = await ask<Revision>('GET', `/revisions/${revision}`).catch(() => undefined);
    if (seen?.active === true) return tell(activeText(seen));
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  tell(texts.revision.slow);
}

function activeText({ at, trunkServers }: Revision): string {
  const names = trunkServers.map((one) => one.trunkServer).join(' and ');
  const last = Math.max(...trunkServers.map((one) => Date.parse(one.since ?? at)));
  return texts.revision.active(names, (Math.max(0, last - Date.parse(at)) / 1_000).toFixed(1));
}
