import type { DnsAnswer, DnsQuestion } from '../../base/dns.ts';
import { dnsQuery } from '../../net/dns-query.ts';
import type { Config } from '../config-schema.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning } = findingsOf('dns');

/** Asks a name server once, as trunk servers do. */
export type AskDns = (question: DnsQuestion) => Promise<DnsAnswer>;

export function askDns({ nameServers }: Config): AskDns {
  const query = dnsQuery(nameServers);
  // The settings have been checked, so this does not fail.
  if (!query.ok) return async () => ({ kind: 'failed', cause: 'badName' });
  return (question) => new Promise((resolve) => query.value(question, ({ answer }) => resolve(answer)));
}

/** Whether a name server answers at all; that it knows none of these names would be an answer. */
export async function checkDns(config: Config, ask: AskDns): Promise<readonly Finding[]> {
  const which = config.nameServers.length === 0 ? "the machine's name server" : config.nameServers.join(', ');
  const begun = performance.now();
  const answer = await ask({ type: 'SRV', name: '_sip._udp.example.com' });
  const took = Math.round(performance.now() - begun);
  if (answer.kind !== 'failed') return [ok(`${which} answers (${took} ms)`)];
  const why = answer.cause === 'timeout' ? 'does not answer' : `fails (${answer.cause})`;
  return [
    warning(
      `${which} ${why}: backups and gateways that are names cannot be reached`,
      'see to /etc/resolv.conf or the firewall, or name others in nameServers or THROUGHLINE_NAME_SERVERS',
    ),
  ];
}
