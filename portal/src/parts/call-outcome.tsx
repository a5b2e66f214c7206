import { Group } from '@mantine/core';
import type { Call } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { State, type Tone } from './state.tsx';

const t = texts.calls;
const TONE: Readonly<Record<Call['outcome'], Tone>> = { answered: 'good', cancelled: 'quiet', failed: 'bad' };

/** Saved: somebody answered, and it was not the registered PBX. */
function isSaved(call: Call): boolean {
  return [call, ...call.handedOver]
    .flatMap((record) => record.attempts)
    .some(({ outcome, reason }) => outcome.kind === 'answered' && ['backup', 'number'].includes(reason.kind));
}

/** How a call went for the caller, and whether failover did it. */
export function CallOutcome({ call }: { call: Call }) {
  return (
    <Group gap={6} display="inline-flex">
      <State tone={TONE[call.outcome]}>
        {t[call.outcome]} ({call.finalStatus})
      </State>
      {isSaved(call) && <State tone="accent">{t.saved}</State>}
    </Group>
  );
}
