import { styleText } from 'node:util';
import type { Behaviour } from './agents/answering-agent.ts';
import { describeAttempt } from './attempts.ts';
import { drawCall } from './call-ladder.ts';
import type { Played } from './play.ts';
import type { FailoverOf, Scenario } from './scenarios.ts';

/** What a person reads of one scenario: what was set, the ladder, where the call ended, and whether that is right. */
export function report(position: number, scenario: Scenario, played: Played): readonly string[] {
  const { problems } = played;
  const verdict =
    problems.length === 0
      ? [`    ${colour('green', 'Right')}   the carrier, the agents and the call record agree`]
      : problems.map((problem) => `    ${colour('red', 'WRONG')}   ${problem}`);
  return [
    '',
    `${String(position).padStart(2)}  ${colour('bold', scenario.title)}`,
    `    ${scenario.shows}`,
    '',
    ...described(scenario),
    '',
    ...drawCall(played.sightings, played.directory, played.record),
    '',
    `    Ended   ${ending(played)}`,
    ...recorded(played).map((attempt, index) => `    ${index === 0 ? 'Record' : '      '}  ${attempt}`),
    ...verdict,
  ];
}

/** Colour on a terminal only: `styleText` looks at the stream and at NO_COLOR. */
function colour(format: 'bold' | 'green' | 'red', text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

function described({ did, pbx, backup, failover }: Scenario): string[] {
  const registered =
    pbx.registeredWith.length === 0
      ? 'not registered'
      : `registered with ${pbx.registeredWith.join(' and ')}`;
  return [
    `    DID     ${did}`,
    `    Set     ${settings('account', failover.account)}; ${settings('DID', failover.did)}`,
    `    PBX     ${registered}; ${machine(pbx.does)}`,
    ...(backup === undefined ? [] : [`    Backup  ${machine(backup)}`]),
  ];
}

function settings(whose: string, failover: FailoverOf | undefined): string {
  if (failover === undefined) return `${whose}: none`;
  const parts = [...(failover.backup ? ['backup PBX'] : []), ...(failover.number ? [failover.number] : [])];
  return `${whose}: ${parts.join(', then ')}`;
}

function machine(does: Behaviour): string {
  switch (does.kind) {
    case 'answers':
      return 'answers calls';
    case 'silent':
      return 'answers nothing at all';
    case 'rejects':
      return `answers ${does.status} ${does.reason}`;
  }
}

function ending({ answeredBy, finalAfter, finalStatus, ringingAfter }: Played): string {
  if (finalStatus === undefined) return 'never: the carrier got no final response';
  const after = `${((finalAfter ?? 0) / 1_000).toFixed(3)} s`;
  if (answeredBy === undefined) return `with the caller: ${finalStatus} after ${after}`;
  const ringing = ringingAfter === undefined ? '' : `ringing after ${(ringingAfter / 1_000).toFixed(3)} s, `;
  return `at the ${answeredBy}: ${ringing}answered after ${after}`;
}

function recorded({ record }: Played): readonly string[] {
  if (record === undefined) return ['none'];
  return [...record.attempts, ...record.handedOver.flatMap((leg) => leg.attempts)].map(describeAttempt);
}
