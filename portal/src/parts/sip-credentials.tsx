import { Button, Checkbox, Divider, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Changed, Credentials, TrunkGroup } from '../api/types.ts';
import { useWho } from '../app/who-context.ts';
import { texts } from '../texts/en.ts';
import { Copyable } from './copyable.tsx';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Facts, Section } from './page.tsx';
import { PbxSettings } from './pbx-settings.tsx';
import { Notice, Refused } from './state.tsx';
import { when } from './words.ts';

const t = texts.account;

/** The trunk groups of an account, each with a way to a new SIP password. */
export function SipCredentials({ path, groups }: { path: string; groups: readonly TrunkGroup[] }) {
  return (
    <Section title={t.trunkGroups} hint={t.trunkGroupsHint}>
      {groups.map((group, index) => (
        <Stack key={group.id}>
          {index > 0 && <Divider color="var(--tl-line)" />}
          {/* While there is but one, nothing is said of groups. */}
          {groups.length > 1 && <Title order={3}>{group.name}</Title>}
          <Group path={`${path}/trunk-groups/${group.id}/credentials`} group={group} groups={groups.length} />
        </Stack>
      ))}
    </Section>
  );
}

interface Replaced extends Changed {
  readonly credentials: Credentials;
  readonly oldPasswordUntil: string | null;
}

function Group({ path, group, groups }: { path: string; group: TrunkGroup; groups: number }) {
  const { mayChange } = useWho();
  const [endOld, setEndOld] = useState(false);
  const once = useOnce();
  const rotate = useMutation({
    mutationFn: () => once<Replaced>(path, endOld ? { overlap: 0 } : {}),
    onSuccess: (changed) => void followRevision(changed),
  });
  if (rotate.data !== undefined) {
    return (
      <Stack gap="sm">
        <CredentialsShown credentials={rotate.data.credentials} />
        <Text>
          {rotate.data.oldPasswordUntil === null
            ? t.oldEnded
            : t.oldUntil(when(rotate.data.oldPasswordUntil))}
        </Text>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Facts facts={[[t.username, <Copyable key="username" text={group.username} what={t.username} />]]} />
      <OldPassword group={group} />
      <PbxSettings username={group.username} />
      {mayChange && (
        <Stack gap="sm">
          <Title order={groups > 1 ? 4 : 3} size="h4">
            {t.rotate}
          </Title>
          <Text c="dimmed" size="sm">
            {t.rotateWarning}
          </Text>
          <Checkbox
            label={t.endOld}
            checked={endOld}
            onChange={(event) => setEndOld(event.currentTarget.checked)}
          />
          <Button variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()} maw={280}>
            {t.rotate}
          </Button>
          <Refused error={rotate.error} />
        </Stack>
      )}
    </Stack>
  );
}

/** While an old password works: until when, and whether the PBX still needs it. */
function OldPassword({ group: { oldPasswordUntil, oldPasswordLastUsed } }: { group: TrunkGroup }) {
  if (oldPasswordUntil === null) return null;
  const used = oldPasswordLastUsed !== null;
  return (
    <Notice tone={used ? 'warn' : 'quiet'}>
      {t.oldUntil(when(oldPasswordUntil))} {used ? t.oldUsed(when(oldPasswordLastUsed)) : t.oldUnused}
    </Notice>
  );
}

/** A SIP password, which the API tells once, and the settings to copy into a PBX. */
export function CredentialsShown({ credentials }: { credentials: Credentials }) {
  const { username, password, realm, trunkServers } = credentials;
  return (
    <Notice tone="good" title={t.passwordOnce} role="status">
      <Stack gap="sm" mt="xs">
        <Facts
          facts={[
            [t.username, <Copyable key="username" text={username} what={t.username} />],
            [t.password, <Copyable key="password" text={password} what={t.password} />],
            [t.realm, realm],
            [t.servers, trunkServers.map((at) => `${at.address}:${at.port}`).join(', ')],
          ]}
        />
        <PbxSettings username={username} password={password} />
      </Stack>
    </Notice>
  );
}
