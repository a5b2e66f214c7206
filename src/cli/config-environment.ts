import { SETTINGS, type Setting } from './config-settings.ts';
import { nearest } from './nearest.ts';

/** Where the settings file is, for those who cannot pass `--config`. */
export const FILE_VARIABLE = 'THROUGHLINE_CONFIG';

/** What the commands that talk to a running service read besides the settings. */
export const CLIENT_VARIABLES = { url: 'THROUGHLINE_URL', apiKey: 'THROUGHLINE_API_KEY' } as const;

/** Kubernetes puts such variables into every pod beside a Service that is called throughline. */
const FROM_KUBERNETES = /^THROUGHLINE_(SERVICE_(HOST|PORT)|PORT(_|$))/;

export interface FromEnvironment {
  /** What is set, with the value as the schema wants it; a value of the wrong kind stays text for it to refuse. */
  readonly values: readonly { readonly setting: Setting; readonly value: unknown }[];
  /** One sentence for each variable that looks like ours and is not. */
  readonly problems: readonly string[];
}

/** Reads every `THROUGHLINE_…` variable. An empty one counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): FromEnvironment {
  const values: { setting: Setting; value: unknown }[] = [];
  const problems: string[] = [];
  const byName = new Map(SETTINGS.map((setting) => [setting.variable, setting]));
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('THROUGHLINE_') || text === undefined || text === '') continue;
    if (name === FILE_VARIABLE || FROM_KUBERNETES.test(name)) continue;
    if (name === CLIENT_VARIABLES.url || name === CLIENT_VARIABLES.apiKey) continue;
    const setting = byName.get(name);
    if (setting === undefined) {
      const meant = nearest(name, [...byName.keys(), FILE_VARIABLE]);
      problems.push(
        `environment: ${name} is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      );
    } else {
      values.push({ setting, value: read(setting, text) });
    }
  }
  return { values, problems };
}

function read(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (setting.type) {
    case 'text':
      return text;
    case 'number':
      return /^-?\d+$/.test(trimmed) ? Number(trimmed) : text;
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
    case 'list':
      return items(text);
    case 'trunkServers':
      return items(text).map(trunkServer);
  }
}

function items(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * `trunk1=192.0.2.10:5060`; an IPv6 address stands in brackets; without a port it is 5060. The address at which
 * other processes reach it may follow: `trunk1=192.0.2.10:5060@10.0.0.10`.
 */
function trunkServer(text: string): unknown {
  const match = /^([^=]*)=(?:\[([^\]]*)\]|([^:@]*))(?::(\d+))?(?:@(.*))?$/.exec(text);
  if (match === null) return text;
  const [, name, ipv6, other, port, handOver] = match;
  return {
    name,
    address: ipv6 ?? other,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(handOver === undefined ? {} : { handOverAddress: handOver.replace(/^\[(.*)\]$/, '$1') }),
  };
}
