import { hostText } from '../base/flow.ts';
import type { TrunkServerAddress } from '../link/routing.ts';

/** What a start has to tell. */
export interface Started {
  readonly version: string;
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly trunkServers: readonly TrunkServerAddress[];
  readonly settingsFile: string | undefined;
  readonly dataFolder: string;
  /** Only where it was made just now. */
  readonly freshOperatorKey: string | undefined;
  /** Makes the first operator; only while there is none. */
  readonly setupLink: string | undefined;
}

/** What the person who started the service needs next. */
export function banner(started: Started): string {
  const servers = started.trunkServers.map(({ id, address, port }) => `${id} ${hostText(address)}:${port}`);
  const lines = [
    `Throughline ${started.version} is running.`,
    `  API            ${started.url}/api/v1   (described at ${started.url}/api/docs)`,
    `  Trunk servers  ${servers.join(', ')} (UDP)`,
    `  Settings       ${started.settingsFile ?? 'defaults and environment'}`,
    `  Data           ${started.dataFolder}`,
  ];
  if (started.freshOperatorKey !== undefined) {
    lines.push(
      `  Operator key   ${started.freshOperatorKey}`,
      '                 Keep it: it is shown only this once.',
    );
  }
  if (started.setupLink !== undefined) {
    lines.push(
      `  First log-in   ${started.setupLink}`,
      '                 Makes the first operator, once, within a week.',
    );
  }
  return `${lines.join('\n')}\n`;
}
