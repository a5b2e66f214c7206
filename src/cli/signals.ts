import type { Logger } from 'pino';
import { EXIT } from './exit-code.ts';

/** An orderly stop that takes longer hangs; what is not stored yet is in the spools. */
const STOP_LIMIT_MS = 15_000;

/**
 * Resolves with the first SIGTERM, SIGINT or SIGHUP (the terminal was closed). A further SIGTERM or SIGINT ends the
 * process where it stands; a further SIGHUP does not, because terminal and parent both send it.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let stopping = false;
    const heard = (signal: string) => {
      if (stopping && signal === 'SIGHUP') return;
      if (stopping) process.exit(EXIT.ok);
      stopping = true;
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
