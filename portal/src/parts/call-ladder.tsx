import { Box, Stack, Text } from '@mantine/core';
import type { Call, CallRecord } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { type Ladder, ladderOf, type Message } from './call-messages.ts';
import { CallOutcome } from './call-outcome.tsx';
import { Facts } from './page.tsx';
import { State, type Tone } from './state.tsx';
import { national, when } from './words.ts';

const t = texts.calls;
const STEP = 34;
const HEAD = 64;
const TIME = 66;
const LANE = 148;
/** Characters of small print that fit between two lanes. */
const WIDE = 22;

const TONE: Readonly<Record<CallRecord['attempts'][number]['outcome']['kind'], Tone>> = {
  answered: 'good',
  rejected: 'warn',
  unreachable: 'bad',
  noResponse: 'bad',
  cancelled: 'quiet',
  skipped: 'quiet',
};

/** A call: what became of it, its attempts in words, and its SIP ladder as a diagram with times. */
export function CallLadder({ call }: { call: Call }) {
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          [t.outcome, <CallOutcome key="outcome" call={call} />],
          [t.did, `${national(call.did)} · ${call.did}`],
          [t.caller, national(call.caller)],
          [t.when, when(call.startedAt)],
          ...(call.answeredAt === null
            ? []
            : [[t.conversation, conversation(call.answeredAt, call.endedAt)] as const]),
          [t.callId, call.sipCallId],
        ]}
      />
      {[call, ...call.handedOver].map((one) => (
        <Attempts key={one.id} call={one} />
      ))}
      <div>
        <Text component="h2" fw={650} mb={4}>
          {t.ladder}
        </Text>
        <Text size="sm" c="dimmed" mb="sm">
          {t.ladderHint}
        </Text>
        <Diagram ladder={ladderOf(call)} />
      </div>
    </Stack>
  );
}

function conversation(answeredAt: string, endedAt: string | null): string {
  if (endedAt === null) return t.talking;
  return t.took(Date.parse(endedAt) - Date.parse(answeredAt));
}

function Attempts({ call }: { call: CallRecord }) {
  return (
    <div>
      <Text component="h2" fw={650} mb="sm">
        {t.attempts(call.trunkServer)}
      </Text>
      <ol className="tl-ladder">
        {call.attempts.map(({ reason, target, outcome, startedAt, endedAt }, index) => (
          <li key={`${startedAt} ${target} ${reason.kind}`} data-tone={TONE[outcome.kind]}>
            <span className="tl-rung" aria-hidden="true">
              {index + 1}
            </span>
            <Text fw={600} pt={3}>
              {texts.plan.kinds[reason.kind]}
            </Text>
            {/* Of PBXs that are not registered the record has no more than an id. */}
            {!(outcome.kind === 'skipped' && reason.kind === 'registered') && (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {target}
              </Text>
            )}
            <Text size="sm" c="dimmed" component="div">
              <State tone={TONE[outcome.kind]}>
                {t.outcomes[outcome.kind]} {outcome.status ?? ''}
              </State>{' '}
              {[
                ...why(outcome.text),
                ...(outcome.kind === 'skipped' ? [] : [t.took(Date.parse(endedAt) - Date.parse(startedAt))]),
              ].join(' · ')}
            </Text>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** `unreachable: the PBX is not registered there`: the state stands before it already. */
function why(text: string): readonly string[] {
  const colon = text.indexOf(': ');
  return colon === -1 ? [] : [text.slice(colon + 2)];
}

function Diagram({ ladder: { lanes, messages } }: { ladder: Ladder }) {
  const x = new Map(lanes.map(({ id }, index) => [id, TIME + LANE / 2 + index * LANE]));
  const width = TIME + lanes.length * LANE;
  const height = HEAD + messages.length * STEP + 16;
  return (
    <Box component="section" tabIndex={0} aria-label={t.ladder} style={{ overflowX: 'auto' }}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={t.ladder}
        fontSize="12"
        fill="currentColor"
      >
        {lanes.map(({ id, name, place }) => (
          <g key={id} textAnchor="middle">
            <title>{`${name}: ${place}`}</title>
            <text x={x.get(id)} y={18} fontWeight="650">
              {name}
            </text>
            <text x={x.get(id)} y={35} fontSize="10.5" opacity="0.8">
              {place.slice(0, WIDE)}
            </text>
            <text x={x.get(id)} y={48} fontSize="10.5" opacity="0.8">
              {rest(place)}
            </text>
            <line x1={x.get(id)} x2={x.get(id)} y1={56} y2={height} stroke="var(--tl-line)" strokeWidth="2" />
          </g>
        ))}
        {messages.map((message, index) => (
          <Arrow
            key={`${message.at} ${message.from} ${message.to} ${message.text}`}
            message={message}
            from={x.get(message.from) ?? 0}
            to={x.get(message.to) ?? 0}
            y={HEAD + (index + 1) * STEP - 8}
            isLater={index === 0 || messages[index - 1]?.at !== message.at}
          />
        ))}
      </svg>
    </Box>
  );
}

function rest(place: string): string {
  const more = place.slice(WIDE);
  return more.length > WIDE ? `${more.slice(0, WIDE - 1)}…` : more;
}

const COLOUR: Readonly<Record<Message['kind'], string>> = {
  known: 'var(--tl-accent)',
  follows: 'var(--tl-quiet)',
  missing: 'var(--tl-bad)',
  either: 'var(--tl-accent)',
  talk: 'var(--tl-good)',
};

function Arrow(props: { message: Message; from: number; to: number; y: number; isLater: boolean }) {
  const { message, from, to, y, isLater } = props;
  const { kind, text, at } = message;
  const colour = COLOUR[kind];
  const back = to > from ? -8 : 8;
  const middle = (from + to) / 2;
  return (
    <g>
      {isLater && (
        <text x={2} y={y + 4} fontSize="11" opacity="0.85">
          {t.took(at)}
        </text>
      )}
      {kind === 'talk' ? (
        <rect
          x={Math.min(from, to)}
          y={y - 9}
          width={Math.abs(to - from)}
          height={18}
          rx="4"
          fill="var(--tl-good-soft)"
          stroke={colour}
        />
      ) : (
        <line
          x1={from}
          x2={kind === 'missing' ? middle : to}
          y1={y}
          y2={y}
          stroke={colour}
          strokeWidth="1.6"
          {...(kind === 'known' || kind === 'either' ? {} : { strokeDasharray: '5 4' })}
        />
      )}
      {kind === 'missing' && (
        <path d={`M${middle - 5} ${y - 5}l10 10m0 -10l-10 10`} stroke={colour} strokeWidth="2" />
      )}
      {kind === 'either' && (
        <path d={`M${from - back} ${y - 4}L${from} ${y}L${from - back} ${y + 4}Z`} fill={colour} />
      )}
      {kind !== 'missing' && kind !== 'talk' && (
        <path d={`M${to + back} ${y - 4}L${to} ${y}L${to + back} ${y + 4}Z`} fill={colour} />
      )}
      <text
        x={kind === 'missing' ? middle + (to > from ? 12 : -12) : middle}
        y={kind === 'talk' ? y + 4 : y - 5}
        fontSize="11.5"
        fontWeight="550"
        textAnchor="middle"
        stroke="var(--tl-card)"
        strokeWidth={kind === 'talk' ? 0 : 4}
        paintOrder="stroke"
        fill={kind === 'talk' ? colour : 'currentColor'}
      >
        {text}
      </text>
    </g>
  );
}
