import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import type { Config } from '../config-schema.ts';
import { variableName } from '../config-settings.ts';
import { causeOf, type Finding, findingsOf } from './finding.ts';

const { ok, problem, warning } = findingsOf('ports');

interface Port {
  readonly what: string;
  readonly transport: 'UDP' | 'TCP';
  readonly address: string;
  readonly port: number;
  readonly setting: readonly string[];
}

/** Whether the ports can be had; or, where a service of this data folder runs, whether it answers. */
export async function checkPorts(config: Config, holder: string | undefined): Promise<readonly Finding[]> {
  if (holder !== undefined) return [await checkAnswer(config, holder)];
  return Promise.all(portsOf(config).map(checkPort));
}

function portsOf({ trunkServers, http, metrics }: Config): readonly Port[] {
  const ports: Port[] = trunkServers.map(({ name, address, port }) => ({
    what: name,
    transport: 'UDP',
    address,
    port,
    setting: ['trunkServers'],
  }));
  ports.push({ what: 'the API', transport: 'TCP', ...http, setting: ['http', 'port'] });
  if (metrics.port !== undefined) {
    const { address, port } = metrics;
    ports.push({ what: 'metrics', transport: 'TCP', address, port, setting: ['metrics', 'port'] });
  }
  return ports;
}

async function checkPort(wanted: Port): Promise<Finding> {
  const { what, transport, address, port, setting } = wanted;
  const place = `${what}: ${address} port ${port} (${transport})`;
  const here = `${setting.join('.')} or ${variableName(setting)}`;
  try {
    await (transport === 'UDP' ? openUdp(address, port) : openTcp(address, port));
    return ok(`${place} can be had`);
  } catch (thrown) {
    const code = causeOf(thrown);
    switch (code) {
      case 'EADDRINUSE': {
        const list = transport === 'UDP' ? 'ss -lunp' : 'ss -ltnp';
        return problem(
          `${place} is in use by another program`,
          `stop that (${list} shows it), or change ${here}`,
        );
      }
      case 'EADDRNOTAVAIL':
        return problem(`${place}: this machine has no such address`, `ip address lists them; change ${here}`);
      case 'EACCES':
        return problem(`${place} may not be opened by this user`, `take a port above 1023 in ${here}`);
      default:
        return problem(`${place} cannot be opened (${code})`, `change ${here}`);
    }
  }
}

async function openUdp(address: string, port: number): Promise<void> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, 'listening');
  } finally {
    socket.close();
  }
}

async function openTcp(address: string, port: number): Promise<void> {
  const server = createServer();
  server.listen({ host: address, port, exclusive: true });
  await once(server, 'listening');
  server.close();
}

async function checkAnswer({ http: { address, port } }: Config, holder: string): Promise<Finding> {
  if (port === 0)
    return ok(`the service runs as process ${holder}; its API has a port that only its start told`);
  const any = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  const url = `http://${isIPv6(any) ? `[${any}]` : any}:${port}/api/v1/health`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    if (answer.ok) return ok(`the service runs as process ${holder}, and its API answers`);
    return problem(
      `${url} answers with status ${answer.status}`,
      'see whether another program has that port',
    );
  } catch {
    return warning(
      `the service runs as process ${holder}, and nothing answers at ${url}`,
      'run doctor with the settings of the service; where they are the same, restart it and read its log',
    );
  }
}
