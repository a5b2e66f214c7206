import { expect, test } from 'vitest';
import { type AttemptOutcome, type AttemptReason, SKIP_CAUSES } from './delivery.ts';
import { explainOutcome, explainReason, explainSkip } from './explain-delivery.ts';

const OUTCOMES: readonly AttemptOutcome[] = [
  { kind: 'answered' },
  { kind: 'rejected', status: 486 },
  { kind: 'rejected', status: 503 },
  { kind: 'unreachable', cause: 'dns' },
  { kind: 'unreachable', cause: 'addressNotAllowed' },
  { kind: 'unreachable', cause: 'icmp' },
  { kind: 'unreachable', cause: 'transport' },
  { kind: 'unreachable', cause: 'notRegisteredThere' },
  { kind: 'noResponse', cause: 'silent' },
  { kind: 'noResponse', cause: 'noProgress' },
  { kind: 'noResponse', cause: 'noAnswer' },
  { kind: 'cancelled' },
  { kind: 'cancelled', cause: 'answeredElsewhere' },
  { kind: 'cancelled', cause: 'trunkServerStopped' },
  { kind: 'skipped', cause: 'ownDid' },
];

const REASONS: readonly AttemptReason[] = [
  { kind: 'registered' },
  { kind: 'otherTrunkServer', why: 'noFailoverSettings' },
  { kind: 'otherTrunkServer', why: 'sharedRegistrations' },
  { kind: 'backup', source: 'did' },
  { kind: 'backup', source: 'account' },
  { kind: 'number', source: 'did' },
  { kind: 'number', source: 'account' },
];

test.each([
  ['skip causes', SKIP_CAUSES.length, SKIP_CAUSES.map(explainSkip)],
  ['outcomes', OUTCOMES.length, OUTCOMES.map(explainOutcome)],
  ['reasons', REASONS.length, REASONS.map(explainReason)],
])('%s: each has a sentence of its own', (_, count, sentences) => {
  expect(new Set(sentences).size).toBe(count);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
});

test('what became of a target is said with its status or cause', () => {
  expect(explainOutcome({ kind: 'rejected', status: 486 })).toBe('Rejected with 486.');
  expect(explainOutcome({ kind: 'skipped', cause: 'notRegistered' })).toBe(
    'Not tried. The PBX is not registered at this trunk server.',
  );
});
