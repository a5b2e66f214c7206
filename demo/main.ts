import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort, freeUdpPort } from './free-ports.ts';
import { play, type Stage, setStage } from './play.ts';
import { report } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Service, startService } from './service.ts';

const ADDRESS = '127.0.0.1';

const folder = mkdtempSync(join(tmpdir(), 'throughline-demo-'));
let service: Service | undefined;
let stage: Stage | undefined;
let interrupted = false;

async function end(): Promise<void> {
  stage?.carrier.close();
  stage?.gateway.close();
  await service?.process.stop();
  rmSync(folder, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    void end().then(() => process.exit(130));
  });
}

/** Returns how many scenarios went wrong. */
async function playAll(): Promise<number> {
  service = await startService({
    folder,
    http: { address: ADDRESS, port: await freeTcpPort(ADDRESS) },
    trunkServers: [
      { name: 'trunk1', address: ADDRESS, port: await freeUdpPort(ADDRESS) },
      { name: 'trunk2', address: ADDRESS, port: await freeUdpPort(ADDRESS) },
    ],
    // The backup PBX of the demo is on this machine, where backups may not be otherwise.
    more: { policy: { allowedRanges: ['127.0.0.0/8'] } },
  });
  const { api, trunkServers } = service;
  stage = await setStage(api, trunkServers, ADDRESS);
  const servers = trunkServers.map(({ name, address, port }) => `${name} at ${address}:${port}`);
  console.log(`Throughline runs with an empty store: ${servers.join(', ')}.`);
  console.log('A carrier, a PBX, a backup PBX and a phone gateway talk to it over SIP on loopback.');
  console.log(
    'Times are those of the sockets of these four, in seconds since the INVITE. What goes from one',
  );
  console.log('trunk server to the other they do not see: `- - ->` is concluded from the call record.');
  let wrong = 0;
  for (const [index, scenario] of SCENARIOS.entries()) {
    const played = await play(scenario, stage);
    for (const line of report(index + 1, scenario, played)) console.log(line);
    if (played.problems.length > 0) wrong += 1;
  }
  return wrong;
}

const startedAt = performance.now();
try {
  const wrong = await playAll();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const right = SCENARIOS.length - wrong;
  console.log(`\n${right} of ${SCENARIOS.length} calls went as they must, in ${seconds} s.`);
  if (wrong > 0) {
    process.exitCode = 1;
    console.log(`\nWhat the service printed:\n${service?.process.output ?? ''}`);
  }
} catch (error) {
  if (!interrupted) {
    process.exitCode = 1;
    console.error(`The demo could not be played: ${error instanceof Error ? error.message : String(error)}`);
  }
} finally {
  if (!interrupted) await end();
}
