import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '../../demo/agents/sip-socket.ts';
import { type Service, type ServiceSettings, startService } from '../../demo/service.ts';
import { SEALING_TEXT } from '../support/sealing-key.ts';

// Vitest ends its workers with SIGTERM, which alone would leave their children running.
process.once('SIGTERM', () => process.exit(143));

const SIP_PORT = 5060;

/** A service in a folder of its own, and addresses that no other test file uses: 127.net.0.x. */
export class Stand {
  readonly folder = mkdtempSync(join(tmpdir(), 'throughline-e2e-'));
  readonly settings: ServiceSettings;
  readonly trunk1: Address;
  readonly trunk2: Address;
  readonly #net: number;
  #service: Service | undefined;

  constructor(
    net: number,
    more: Readonly<Record<string, unknown>> = {},
    nodeArguments: readonly string[] = [],
  ) {
    this.#net = net;
    this.trunk1 = this.at(1);
    this.trunk2 = this.at(2);
    this.settings = {
      folder: this.folder,
      http: { address: this.trunk1.address, port: 8080 },
      trunkServers: [
        { name: 'trunk1', ...this.trunk1 },
        { name: 'trunk2', ...this.trunk2 },
      ],
      // Backup PBXs are on loopback here, where they may not be otherwise.
      more: {
        policy: { allowedRanges: ['127.0.0.0/8'] },
        // PostgreSQL needs one, the same for every process.
        ...(more['database'] === undefined ? {} : { sealingKey: SEALING_TEXT }),
        ...more,
      },
      nodeArguments,
    };
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error('the service was not started');
    return this.#service;
  }

  at(host: number, port = SIP_PORT): Address {
    return { address: `127.${this.#net}.0.${host}`, port };
  }

  async start(): Promise<Service> {
    this.#service = await startService(this.settings);
    return this.#service;
  }

  /** Ends the service and removes its folder. */
  async end(): Promise<void> {
    if (this.#service !== undefined && !this.#service.process.hasEnded) await this.#service.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function hostPort({ address, port }: Address): string {
  return `${address}:${port}`;
}
