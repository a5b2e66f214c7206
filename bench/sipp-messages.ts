import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Address } from '../demo/agents/sip-socket.ts';
import { HeaderId } from '../src/sip/message/header-name.ts';
import type { SipRequest, SipResponse } from '../src/sip/message/message.ts';
import { parseMessage } from '../src/sip/message/parse.ts';

const SCENARIOS = fileURLToPath(new URL('./sipp/', import.meta.url));

/** What a SIPp scenario sends, in its order, to be filled in without SIPp. */
export function messagesOf(scenario: string): readonly string[] {
  const text = readFileSync(`${SCENARIOS}${scenario}.xml`, 'latin1');
  return text
    .split('<![CDATA[')
    .slice(1)
    .map((part) => `${part.slice(0, part.indexOf(']]>')).trim().replaceAll('\n', '\r\n')}\r\n`);
}

export interface Filling {
  readonly local: Address;
  readonly remote: Address;
  readonly call: number;
  readonly branch: string;
  /** What the message answers, or the response that it follows. */
  readonly last?: SipRequest | SipResponse;
  readonly more?: Readonly<Record<string, string>>;
}

/** The message with SIPp's keywords replaced, as far as our scenarios use them. */
export function filled(template: string, filling: Filling): string {
  const { branch, call, last, local, more = {}, remote } = filling;
  const values: Readonly<Record<string, string>> = {
    transport: 'UDP',
    local_ip: local.address,
    local_port: `${local.port}`,
    remote_ip: remote.address,
    remote_port: `${remote.port}`,
    call_number: `${call}`,
    pid: '4711',
    call_id: `${call}-4711@${local.address}`,
    branch,
    next_url: last === undefined ? '' : contactOf(last),
    ...more,
  };
  const lines: string[] = [];
  for (const line of template.split('\r\n')) {
    const copied = /^\[last_([A-Za-z-]+):\](.*)$/.exec(line);
    if (copied !== null && last !== undefined) {
      for (const value of valuesOf(last, copied[1] ?? '')) lines.push(`${copied[1]}: ${value}${copied[2]}`);
    } else if (line === '[routes]') {
      const routes = last === undefined ? [] : last.headers.elements(HeaderId.RecordRoute).toReversed();
      for (const route of routes) lines.push(`Route: ${route}`);
    } else {
      lines.push(line);
    }
  }
  const text = lines
    .join('\r\n')
    .replace(/\[([a-z_0-9]+)\]/g, (keyword, name: string) => values[name] ?? keyword);
  // A message without a body ends with its blank line.
  const whole = text.includes('\r\n\r\n') ? text : `${text}\r\n`;
  const body = whole.length - (whole.indexOf('\r\n\r\n') + 4);
  return whole.replace('[len]', `${body}`);
}

export function parsed(text: string): SipRequest | SipResponse {
  const message = parseMessage(text);
  if (message.kind === 'request' || message.kind === 'response') return message;
  throw new Error(`no SIP message (${message.reason}):\n${text}`);
}

function contactOf(message: SipRequest | SipResponse): string {
  const { contacts } = message;
  const first = contacts.ok && contacts.value.kind === 'list' ? contacts.value.contacts[0] : undefined;
  return first?.uri ?? '';
}

function valuesOf({ headers }: SipRequest | SipResponse, name: string): readonly string[] {
  const lower = name.toLowerCase();
  const found: string[] = [];
  for (let entry = 0; entry !== -1; entry = headers.next(entry)) {
    if (headers.nameAt(entry).toLowerCase() === lower) found.push(headers.valueAt(entry));
  }
  return found;
}
