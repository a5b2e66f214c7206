/** Where randomness comes from. Pure code is handed one, so that a test can replay it. */
export interface Random {
  /** `length` characters, each one of 64 that are legal in a SIP token; unguessable. */
  token(length: number): string;
  /** Uniform in [0, 1). For choices such as gateway weights, not for secrets. */
  fraction(): number;
}
