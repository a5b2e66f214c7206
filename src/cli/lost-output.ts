import { EXIT, type ExitCode } from './exit-code.ts';

/** As of `process.stdout`. */
export interface OutputStream {
  on(event: 'error', heard: (error: { readonly code?: string; readonly message: string }) => void): unknown;
}

/**
 * What is done when standard output can no longer be written: whoever read it is gone (`| head`, a log collector that
 * restarts), or the disk behind it is full. A command ends. The service goes on, because calls do not need its log,
 * and writes again as soon as it can.
 */
export class LostOutput {
  readonly #warn: (text: string) => void;
  readonly #exit: (code: ExitCode) => void;
  #serving = false;
  #warned = false;

  constructor(warn: (text: string) => void, exit: (code: ExitCode) => void) {
    this.#warn = warn;
    this.#exit = exit;
  }

  watch(output: OutputStream, error: OutputStream): void {
    output.on('error', ({ code, message }) => this.#lost(code, message));
    // There is nobody left to tell.
    error.on('error', () => {});
  }

  /** From now on nothing that is lost ends the process. */
  serve(): void {
    this.#serving = true;
  }

  #lost(code: string | undefined, message: string): void {
    const readerGone = code === 'EPIPE';
    if (!this.#serving) {
      // Who stops reading has enough.
      if (!readerGone) this.#warn(`throughline: standard output cannot be written: ${message}\n`);
      this.#exit(readerGone ? EXIT.ok : EXIT.cannotCreate);
      return;
    }
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(`throughline: the log cannot be written (${message}); calls go on without it\n`);
  }
}
