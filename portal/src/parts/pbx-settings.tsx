import { Button, Code, CopyButton, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import type { TrunkServer } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { Loaded } from './list-state.tsx';

const t = texts.pbx;

interface Login {
  readonly username: string;
  readonly password: string;
  readonly servers: readonly { readonly name: string; readonly address: string; readonly port: number }[];
}

const KINDS = { freepbx, asterisk, generic } as const;
const NAMES = ['freepbx', 'asterisk', 'generic'] as const;

/** What to enter in a PBX, to be copied; without a password there is a place for it. */
export function PbxSettings({ username, password }: { username: string; password?: string }) {
  const [kind, setKind] = useState<(typeof NAMES)[number]>('freepbx');
  const servers = useQuery({
    queryKey: ['trunk-servers'],
    queryFn: () => ask<{ entries: readonly TrunkServer[] }>('GET', '/trunk-servers'),
  });
  return (
    <Loaded query={servers}>
      {({ entries }) => {
        const settings = KINDS[kind]({ username, password: password ?? t.thePassword, servers: entries });
        return (
          <Stack gap="xs">
            <NativeSelect
              label={t.kind}
              value={kind}
              data={NAMES.map((value) => ({ value, label: t.kinds[value] }))}
              onChange={({ currentTarget }) =>
                setKind(NAMES.find((one) => one === currentTarget.value) ?? 'generic')
              }
            />
            <Text size="sm" c="dimmed">
              {t.both}
            </Text>
            <Code
              block
              tabIndex={0}
              role="region"
              aria-label={t.kinds[kind]}
              mah={320}
              style={{ overflow: 'auto' }}
            >
              {settings}
            </Code>
            <CopyButton value={settings}>
              {({ copied, copy }) => (
                <Button variant="default" size="xs" maw={160} onClick={copy}>
                  {copied ? texts.copied : texts.copy}
                </Button>
              )}
            </CopyButton>
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** An address as the host of a SIP URI (RFC 3261 25.1: IPv6 in brackets). */
function host(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function freepbx({ username, password, servers }: Login): string {
  return servers
    .map(({ name, address, port }) =>
      [
        'Connectivity > Trunks > Add Trunk > chan_pjsip',
        `Trunk Name: throughline-${name}`,
        `Username: ${username}`,
        `Auth username: ${username}`,
        `Secret: ${password}`,
        'Authentication: Outbound',
        'Registration: Send',
        `SIP Server: ${host(address)}`,
        `SIP Server Port: ${port}`,
        'Context: from-pstn',
        'Expiration: 300',
        'General Retry Interval: 30',
        'Forbidden Retry Interval: 300',
        'Fatal Retry Interval: 60',
        'Max Retries: 10000',
        'Permanent Auth Rejection: No',
        'Qualify Frequency: 25',
        `Contact User: ${username}`,
      ].join('\n'),
    )
    .join('\n\n');
}

function asterisk({ username, password, servers }: Login): string {
  const section = (name: string, lines: readonly string[]) => [`[${name}]`, ...lines].join('\n');
  const auth = ['type=auth', 'auth_type=userpass', `username=${username}`, `password=${password}`];
  const endpoint = ['type=endpoint', 'context=from-pstn', 'disallow=all', 'allow=ulaw,alaw'];
  return [
    section('throughline-auth', auth),
    section('throughline', [...endpoint, 'direct_media=no', 'aors=throughline']),
    section('throughline', [
      'type=identify',
      'endpoint=throughline',
      ...servers.map(({ address }) => `match=${address}`),
    ]),
    section('throughline', [
      'type=aor',
      'qualify_frequency=25',
      ...servers.map(({ address, port }) => `contact=sip:${host(address)}:${port}`),
    ]),
    ...servers.map(({ name, address, port }) =>
      section(`throughline-${name}`, [
        'type=registration',
        'outbound_auth=throughline-auth',
        `server_uri=sip:${host(address)}:${port}`,
        `client_uri=sip:${username}@${host(address)}:${port}`,
        `contact_user=${username}`,
        'expiration=300',
        'retry_interval=30',
        // Without these Asterisk gives up for good after ten failures, or after one 403.
        'forbidden_retry_interval=300',
        'fatal_retry_interval=60',
        'max_retries=10000',
        'auth_rejection_permanent=no',
      ]),
    ),
  ].join('\n\n');
}

function generic({ username, password, servers }: Login): string {
  return [
    `User name, authentication name: ${username}`,
    `Password: ${password}`,
    ...servers.map(({ name, address, port }) => `Register with ${name}: ${address}, port ${port}, UDP`),
    'Registration expires after: 300 s',
    'Calls come from each of these addresses; accept them without asking for a password.',
    'The DID that was called stands in the Request-URI and in To.',
  ].join('\n');
}
