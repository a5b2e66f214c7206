/**
 * What the process tells whoever started it, with the numbers of sysexits.h, which systemd knows by name.
 * docs/operating.md lists them.
 */
export const EXIT = {
  /** Stopped as asked, or there was nothing to complain about. */
  ok: 0,
  /** The command line is wrong. */
  usage: 64,
  /** An address or port cannot be had, or a trunk server cannot run. */
  unavailable: 69,
  /** A bug of ours. */
  software: 70,
  /** The data folder cannot be used, or another process uses it. */
  cannotCreate: 73,
  /** A setting is wrong. */
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why the service does not start, for the operator. */
export interface StartFailure {
  readonly exit: ExitCode;
  /** One line. */
  readonly reason: string;
}
