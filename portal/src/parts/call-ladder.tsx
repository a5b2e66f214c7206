import { Stack, Text, Title } from '@mantine/core';
import type { CallRecord } from '../api/types.ts';
import { texts } from '../texts/en.ts';

const t = texts.calls;
const STEP = 44;
const LEFT = 60;
const MIDDLE = 240;
const RIGHT = 420;
const WIDTH = 480;

interface Arrow {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What went between the carrier, the trunk server and the targets of a call, as far as its record tells. */
function arrowsOf(call: CallRecord): readonly Arrow[] {
  const start = Date.parse(call.startedAt);
  const after = (time: string) => Date.parse(time) - start;
  const arrows: Arrow[] = [{ at: 0, from: LEFT, to: MIDDLE, text: 'INVITE' }];
  for (const { target, outcome, startedAt, ringingAt, endedAt } of call.attempts) {
    if (outcome.kind === 'skipped') continue;
    arrows.push({ at: after(startedAt), from: MIDDLE, to: RIGHT, text: `INVITE ${target}` });
    if (ringingAt !== null) arrows.push({ at: after(ringingAt), from: RIGHT, to: MIDDLE, text: '180' });
    const text = outcome.status === null ? outcome.text : `${outcome.status}`;
    arrows.push({ at: after(endedAt), from: RIGHT, to: MIDDLE, text });
  }
  arrows.push({ at: after(call.finalAt), from: MIDDLE, to: LEFT, text: `${call.finalStatus}` });
  return arrows;
}

const short = (text: string): string => (text.length > 34 ? `${text.slice(0, 33)}…` : text);

/** The attempts of a call in words, and its SIP ladder as a diagram with times. */
export function CallLadder({ call }: { call: CallRecord }) {
  const arrows = arrowsOf(call);
  const height = (arrows.length + 1) * STEP;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t.attempts} · {call.trunkServer}
      </Title>
      <ol>
        {call.attempts.map((attempt) => (
          <li key={`${attempt.startedAt} ${attempt.target}`}>
            <Text>{attempt.target}</Text>
            <Text size="sm" c="dimmed">
              {attempt.reason.text}: {attempt.outcome.text} (
              {t.took(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))})
            </Text>
          </li>
        ))}
      </ol>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t.ladder} width="100%">
        <title>{t.ladder}</title>
        <g fill="currentColor" stroke="none" fontSize="11" textAnchor="middle">
          <text x={LEFT} y={12}>
            {t.carrier}
          </text>
          <text x={MIDDLE} y={12}>
            {call.trunkServer}
          </text>
        </g>
        {[LEFT, MIDDLE, RIGHT].map((x) => (
          <line key={x} x1={x} x2={x} y1={18} y2={height} stroke="currentColor" opacity={0.4} />
        ))}
        {arrows.map((arrow, index) => {
          const y = (index + 1) * STEP;
          const tip = arrow.to + (arrow.to > arrow.from ? -7 : 7);
          return (
            <g key={`${arrow.at} ${arrow.from} ${arrow.text}`} stroke="currentColor">
              <line x1={arrow.from} x2={arrow.to} y1={y} y2={y} />
              <path d={`M${tip} ${y - 4} L${arrow.to} ${y} L${tip} ${y + 4} Z`} fill="currentColor" />
              <text
                x={(arrow.from + arrow.to) / 2}
                y={y - 6}
                fontSize="10"
                fill="currentColor"
                stroke="none"
                textAnchor="middle"
              >
                {short(arrow.text)}
              </text>
              <text x={2} y={y + 4} fontSize="9" fill="currentColor" stroke="none">
                {t.took(arrow.at)}
              </text>
            </g>
          );
        })}
      </svg>
    </Stack>
  );
}
