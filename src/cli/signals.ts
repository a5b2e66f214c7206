import type { Logger } from 'pino';
import { EXIT } from './exit-code.ts';

/** An orderly stop that takes longer hangs; what is not stored yet is in the spools. */
const STOP_LIMIT_MS = 15_000;

/**
 * A signal for all processes of a group, as systemd, terminals and scripts send it, comes once more from the parent,
 * which passes on what it gets.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * Resolves with the first SIGTERM, SIGINT or SIGHUP (the terminal was closed). A further SIGTERM or SIGINT, one that
 * is not the first one again, ends the process where it stands; a SIGHUP never does.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const heard = (signal: string) => {
      if (firstAt !== undefined) {
        if (signal === 'SIGHUP' || performance.now() - firstAt < SAME_SIGNAL_MS) return;
        process.exit(EXIT.ok);
      }
      firstAt = performance.now();
      setTimeout(() => process.exit(EXIT.software), STOP_LIMIT_MS).unref();
      resolve(signal);
    };
    process.on('SIGTERM', heard);
    process.on('SIGINT', heard);
    process.on('SIGHUP', heard);
  });
}

/** A bug may have left anything behind, so the process ends, and whoever supervises it starts it again. */
export function exitOnBug(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'a bug ended the process');
    process.exit(EXIT.software);
  });
}
