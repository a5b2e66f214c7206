import { Text } from '@mantine/core';
import type { Call, CallAttempt, Gateway } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { State, type Tone } from './state.tsx';
import { ago } from './words.ts';

const t = texts.gateways;

/** The newest attempt to dial a number over the gateway, of the calls that are given newest first. */
function lastOver(gateway: Gateway, calls: readonly Call[]): CallAttempt | undefined {
  return calls
    .flatMap((call) => [call, ...call.handedOver])
    .flatMap(({ attempts }) => attempts.toReversed())
    .find(
      ({ reason, target, outcome }) =>
        reason.kind === 'number' && outcome.kind !== 'skipped' && target.includes(` over ${gateway.name} (`),
    );
}

/** A carrier that refuses a number is well; one from which nothing comes is not. */
function toneOf({ outcome }: CallAttempt): Tone {
  if (outcome.kind === 'answered' || outcome.kind === 'cancelled') return 'good';
  if (outcome.kind === 'rejected') return (outcome.status ?? 0) >= 500 ? 'bad' : 'warn';
  return outcome.cause === 'noAnswer' ? 'good' : 'bad';
}

/** What became of the last number that was dialled over the gateway, as far as the newest calls tell. */
export function GatewayState({ gateway, calls }: { gateway: Gateway; calls: readonly Call[] }) {
  const last = lastOver(gateway, calls);
  if (last === undefined) return <State tone="quiet">{t.notDialled}</State>;
  const { outcome, endedAt } = last;
  return (
    <>
      <State tone={toneOf(last)}>
        {texts.calls.outcomes[outcome.kind]} {outcome.status ?? ''}
      </State>
      <Text size="xs" c="dimmed">
        {ago(endedAt)}
      </Text>
    </>
  );
}
