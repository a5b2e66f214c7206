import { expect, test } from 'vitest';
import {
  baseline,
  bytesKept,
  bytesPerCall,
  RENEW,
  relativeTime,
  TOLERANCE,
} from '../../bench/guard/call-path-cost.ts';

function advice(what: string, measured: number, allowed: number): string {
  const worse = Math.round((measured / allowed - 1) * 100);
  return (
    `${what}: ${measured}, and ${allowed} is the baseline, so ${worse} % worse. Find out why with ` +
    `\`npm run bench -- --profile\` and \`npm run bench:micro\`. Where it is worth its price, make it the new ` +
    `baseline with \`${RENEW}\` and say why in the commit.`
  );
}

test('A delivered call allocates no more than 20 % above the baseline', () => {
  const allowed = baseline().bytesPerCall;
  const measured = bytesPerCall();
  expect(measured, advice('Bytes allocated in a call', measured, allowed)).toBeLessThan(
    allowed * (1 + TOLERANCE),
  );
});

test('A delivered call keeps no more than 20 % above the baseline until its transactions have ended', () => {
  const allowed = baseline().bytesKept;
  const measured = bytesKept();
  expect(measured, advice('Bytes kept of a call', measured, allowed)).toBeLessThan(allowed * (1 + TOLERANCE));
});

test('A delivered call takes no more than 20 % above the baseline, against a fixed piece of work', () => {
  const allowed = baseline().relativeTime;
  let measured = relativeTime();
  // What V8 compiles when differs a little from process to process.
  if (measured >= allowed * (1 + TOLERANCE)) measured = Math.min(measured, relativeTime());
  expect(measured, advice('Time of 100 calls by that of the fixed work', measured, allowed)).toBeLessThan(
    allowed * (1 + TOLERANCE),
  );
});
