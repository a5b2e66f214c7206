import type { Call } from './api.ts';

type Attempt = Call['attempts'][number];

/** One attempt of a call record in a few words, such as `backup of account: rejected 503`. */
export function describeAttempt({ reason, outcome }: Attempt): string {
  const whose = reason.source === null ? '' : ` of ${reason.source}`;
  const more = outcome.status ?? outcome.cause;
  return `${reason.kind}${whose}: ${outcome.kind}${more === null ? '' : ` ${more}`}`;
}

/** What is wrong with the attempts of a record; '' when they are as expected. */
export function compareAttempts(attempts: readonly Attempt[], expected: readonly string[]): string {
  const got = attempts.map(describeAttempt);
  const right = got.length === expected.length && got.every((text, index) => text === expected[index]);
  return right
    ? ''
    : `the record has the attempts ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`;
}
