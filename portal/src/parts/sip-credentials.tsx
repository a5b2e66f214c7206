import { Alert, Button, Checkbox, Code, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import type { Changed, Credentials, TrunkGroup } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { PbxSettings } from './pbx-settings.tsx';
import { when } from './words.ts';

const t = texts.account;

/** The trunk groups of an account, each with a way to a new SIP password. */
export function SipCredentials({ path, groups }: { path: string; groups: readonly TrunkGroup[] }) {
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="trunk-groups">
      <Stack>
        <Title order={2} size="h3" id="trunk-groups">
          {t.trunkGroups}
        </Title>
        {groups.map((group) => (
          <Group key={group.id} path={`${path}/trunk-groups/${group.id}/credentials`} group={group} />
        ))}
      </Stack>
    </Paper>
  );
}

interface Replaced extends Changed {
  readonly credentials: Credentials;
  readonly oldPasswordUntil: string | null;
}

function Group({ path, group }: { path: string; group: TrunkGroup }) {
  const [endOld, setEndOld] = useState(false);
  const rotate = useMutation({
    mutationFn: () => ask<Replaced>('POST', path, endOld ? { overlap: 0 } : {}),
    onSuccess: (changed) => void followRevision(changed),
  });
  return (
    <Stack gap="xs">
      <Text fw={600}>{group.name}</Text>
      <Text>
        {t.username}: <Code>{group.username}</Code>
      </Text>
      {rotate.data === undefined && <OldPassword group={group} />}
      {rotate.data === undefined && <PbxSettings username={group.username} />}
      {rotate.data === undefined ? (
        <>
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
          {rotate.isError && (
            <Alert color="red" role="alert">
              {rotate.error.message}
            </Alert>
          )}
        </>
      ) : (
        <>
          <CredentialsShown credentials={rotate.data.credentials} />
          <Text>
            {rotate.data.oldPasswordUntil === null
              ? t.oldEnded
              : t.oldUntil(when(rotate.data.oldPasswordUntil))}
          </Text>
        </>
      )}
    </Stack>
  );
}

/** While an old password works: until when, and whether the PBX still needs it. */
function OldPassword({ group: { oldPasswordUntil, oldPasswordLastUsed } }: { group: TrunkGroup }) {
  if (oldPasswordUntil === null) return null;
  const used = oldPasswordLastUsed !== null;
  return (
    <Alert color={used ? 'yellow' : 'gray'} variant="light">
      {t.oldUntil(when(oldPasswordUntil))} {used ? t.oldUsed(when(oldPasswordLastUsed)) : t.oldUnused}
    </Alert>
  );
}

/** A SIP password, which the API tells once, and the settings to copy into a PBX. */
export function CredentialsShown({ credentials }: { credentials: Credentials }) {
  const { username, password, realm, trunkServers } = credentials;
  return (
    <Alert title={t.passwordOnce} variant="default">
      <Text>
        {t.username}: <Code>{username}</Code>
      </Text>
      <Text>
        {t.password}: <Code>{password}</Code>
      </Text>
      <Text>
        {t.realm}: <Code>{realm}</Code>
      </Text>
      <Text>
        {t.servers}: <Code>{trunkServers.map((at) => `${at.address}:${at.port}`).join(', ')}</Code>
      </Text>
      <PbxSettings username={username} password={password} />
    </Alert>
  );
}
