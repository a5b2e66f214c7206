import { isIPv6 } from 'node:net';
import type { Random } from '../../base/random.ts';
import { err, ok as okay, type Result } from '../../base/result.ts';
import type { Gateway } from '../../domain/gateway.ts';
import { formatPbxAddress, type PbxAddress } from '../../domain/pbx-address.ts';
import { type LookupStep, TargetLookup } from '../../sip/locate/target-lookup.ts';
import type { Target } from '../../sip/locate/targets.ts';
import { oneLine } from '../text-table.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { AskDns } from './names.ts';
import { PING_TIMES, type PingTimes, type Pong, pingWithOptions } from './options-ping.ts';

const { ok, problem, warning } = findingsOf('gateways');

/** So many gateways are asked, and so many addresses of each; more would only take longer. */
const MOST = 64;
const ADDRESSES = 3;
const AT_ONCE = 8;

export interface GatewayQuestions {
  /** Of our trunk servers. */
  readonly from: readonly string[];
  readonly ask: AskDns;
  readonly random: Random;
  readonly times?: PingTimes;
}

/** Asks each gateway that takes calls by a SIP OPTIONS; any answer shows that it is there. */
export async function checkGateways(
  gateways: readonly Gateway[],
  questions: GatewayQuestions,
): Promise<readonly Finding[]> {
  const callable = gateways.flatMap(({ name, address }) =>
    address === undefined ? [] : [{ name, address }],
  );
  if (callable.length === 0) {
    const what = gateways.length === 0 ? 'there are none' : 'none of them has an address';
    return [
      warning(`${what}: numbers cannot be dialled`, 'throughline gateway add, with --source and --address'),
    ];
  }
  const found: Finding[] = [];
  const asked = callable.slice(0, MOST);
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const some = asked.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map(({ name, address }) => checkOne(name, address, questions)))));
  }
  if (callable.length > MOST) {
    found.push(
      warning(`only the first ${MOST} of ${callable.length} were asked`, 'see to the others yourself'),
    );
  }
  return found;
}

async function checkOne(name: string, address: PbxAddress, questions: GatewayQuestions): Promise<Finding> {
  const what = `${oneLine(name)} (${formatPbxAddress(address)})`;
  const located = await locate(address, questions);
  if (!located.ok) {
    return problem(
      `${what}: ${located.error}`,
      `correct its address, or the DNS; until then no number is dialled there`,
    );
  }
  let last: Pong = { kind: 'silent' };
  for (const { address: ip, port } of located.value.slice(0, ADDRESSES)) {
    const from = questions.from.find((own) => isIPv6(own) === isIPv6(ip));
    const uri = `sip:${isIPv6(ip) ? `[${ip}]` : ip}:${port}`;
    last = await pingWithOptions(
      { address: ip, port, uri },
      from,
      questions.random,
      questions.times ?? PING_TIMES,
    );
    if (last.kind === 'answered') break;
  }
  return judge(what, last);
}

function judge(what: string, pong: Pong): Finding {
  switch (pong.kind) {
    case 'answered':
      return pong.status === 503
        ? warning(`${what} answers with 503: it takes no calls now`, 'ask the carrier')
        : ok(`${what} answers OPTIONS with ${pong.status} in ${pong.ms} ms`);
    case 'silent':
      return warning(
        `${what} does not answer OPTIONS`,
        'see to the firewall and to its address; some carriers answer only to ports that they know, and doctor asks from another one',
      );
    case 'refused':
      return problem(
        `${what}: ${pong.code === 'ECONNREFUSED' ? 'nobody listens there' : `cannot be reached (${pong.code})`}`,
        'see that it runs, and to its address, the routes and the firewall',
      );
  }
}

/** Where trunk servers would send (RFC 3263), or why nowhere. */
function locate(
  address: PbxAddress,
  { from, ask, random }: GatewayQuestions,
): Promise<Result<readonly Target[], string>> {
  const families = [...new Set(from.map((own) => (isIPv6(own) ? ('ipv6' as const) : ('ipv4' as const))))];
  const lookup = new TargetLookup(address, { transports: ['UDP'], families }, random);
  return new Promise((resolve) => {
    const follow = (step: LookupStep): void => {
      switch (step.kind) {
        case 'wait':
          return;
        case 'ask':
          for (const question of step.questions) {
            void ask(question).then((answer) => follow(lookup.answered(question, answer)));
          }
          return;
        case 'targets':
          resolve(okay(step.targets));
          return;
        case 'failed':
          resolve(err(inWords(step.cause)));
          return;
      }
    };
    follow(lookup.start());
  });
}

function inWords(failure: Extract<LookupStep, { kind: 'failed' }>['cause']): string {
  switch (failure.kind) {
    case 'noAddress':
      return 'has no address that a trunk server here can send to';
    case 'noService':
      return 'its domain says that it has no SIP service';
    case 'transportNotSupported':
      return `transport ${failure.transport} is not supported`;
    case 'dnsFailed':
      return `the DNS fails (${failure.cause})`;
  }
}
