/** A server that is measured, running. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  /**
   * Waits until what it does behind the call path is done. `calls`: how many records there must be since the
   * last time, where the server writes any; undefined where nobody knows.
   */
  settle(calls: number | undefined): Promise<void>;
  /** Throws where it did not run to its end in order. */
  stop(): Promise<void>;
}

/** How a server is started: always fresh, with the data of the address plan and no registration. */
export interface Contender {
  readonly name: string;
  /** It compiles its code while it runs. */
  readonly compiles: boolean;
  start(): Promise<Server>;
}
