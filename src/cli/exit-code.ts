/**
 * What the process tells whoever started it, with the numbers of sysexits.h, which systemd knows by name.
 * docs/operating.md lists them.
 */
export const EXIT = {
  /** Stopped as asked, or there was nothing to complain about. */
  ok: 0,
  /** `doctor` found something that has to be mended. */
  findings: 1,
  /** The command line is wrong. */
  usage: 64,
  /** What was handed over is not taken: a broken export, or a request that the service refuses. */
  refused: 65,
  /** What was named does not exist: a file, a database, an account, a DID. */
  notThere: 66,
  /** An address or port cannot be had, a trunk server cannot run, or the service or the database cannot be reached. */
  unavailable: 69,
  /** A bug of ours. */
  software: 70,
  /** The data folder or a file cannot be written, or another process uses it. */
  cannotCreate: 73,
  /** Later it may work: too many requests, or the service cannot reach its database. */
  tryAgain: 75,
  /** The key is missing, wrong, or may not do this. */
  noPermission: 77,
  /** A setting is wrong. */
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why the service does not start or a command is not carried out, for the operator. */
export interface StartFailure {
  readonly exit: ExitCode;
  /** One line. */
  readonly reason: string;
}
