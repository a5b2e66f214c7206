/**
 * Milliseconds since the Unix epoch that never run backwards: read from the wall once at start and monotonic
 * from there, so that one number serves timers and time stamps alike.
 */
export type Millis = number;

/** Where a host reads the time. Pure code never holds a Clock: it is handed `now`. */
export interface Clock {
  now(): Millis;
}
