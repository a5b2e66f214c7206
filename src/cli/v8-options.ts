import { setFlagsFromString } from 'node:v8';

/**
 * V8 compiles a function with Maglev and then with TurboFan once it has been called so often. By itself it waits for 400
 * and 3,000 calls, because most programs end before that pays; a service runs for months.
 */
const COMPILE_SOON = ['--invocation-count-for-maglev=150', '--invocation-count-for-turbofan=300'];

/** What a trunk server keeps of a call is little: to wake other threads for it costs more than they take off its own. */
const SCAVENGE_ALONE = ['--no-parallel-scavenge'];

/** Every thread of the process goes by them from now on (decision 028). */
export function setV8Options(): void {
  for (const option of [...COMPILE_SOON, ...SCAVENGE_ALONE]) setFlagsFromString(option);
}
