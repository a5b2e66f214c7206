import { Button, Drawer, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, askAll } from '../api/client.ts';
import type { Invited, Role, User } from '../api/types.ts';
import { useAccount, useWho } from '../app/who-context.ts';
import { Confirmed } from '../parts/confirm.tsx';
import { Copyable } from '../parts/copyable.tsx';
import { changeShown } from '../parts/edited.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { useOnce } from '../parts/once.ts';
import { Page } from '../parts/page.tsx';
import { Notice, Refused, State } from '../parts/state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { day, when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.users;

/** The people of an account, or the operators: who they are, what they may, and inviting more. */
export default function Users() {
  const { id, path } = useAccount();
  const who = useWho();
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const at = id === undefined || who.kind === 'owner' ? '/users' : `${path}/users`;
  const users = useQuery({
    queryKey: ['users', at],
    queryFn: () => askAll<User>(at),
  });
  const invite = <Button onClick={() => setInviting(true)}>{t.invite}</Button>;
  return (
    <Page
      title={id === undefined ? t.operators : t.title}
      hint={id === undefined ? t.operatorsHint : t.hint}
      actions={who.mayChange && invite}
    >
      <Loaded query={users}>
        {(entries) =>
          entries.length === 0 ? <Empty icon="users">{t.empty}</Empty> : <UserTable at={at} users={entries} />
        }
      </Loaded>
      <Drawer
        opened={inviting}
        onClose={() => setInviting(false)}
        position="right"
        title={t.inviteTitle}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <Invite
          at={at}
          roles={id === undefined ? ['operator'] : ['owner', 'viewer']}
          onDone={() => void client.invalidateQueries({ queryKey: ['users'] })}
        />
      </Drawer>
    </Page>
  );
}

function UserTable({ at, users }: { at: string; users: readonly User[] }) {
  const { mayChange } = useWho();
  const [again, setAgain] = useState<Invited>();
  return (
    <Stack>
      {again !== undefined && <TheLink invited={again} />}
      <WideTable label={t.title} minWidth={760}>
        <Table.Thead>
          <Table.Tr>
            {[t.email, t.role, t.state, t.factor, t.since, ...(mayChange ? [t.actions] : [])].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Row key={user.id} at={`${at}/${user.id}`} user={user} onInvited={setAgain} />
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}

const SETTINGS = ({ role, disabled }: User) => [role, disabled];

function Row({ at, user, onInvited }: { at: string; user: User; onInvited: (again: Invited) => void }) {
  const client = useQueryClient();
  const who = useWho();
  const renew = () => void client.invalidateQueries({ queryKey: ['users'] });
  const change = useMutation({
    mutationFn: (wanted: { role?: Role; disabled?: boolean }) =>
      changeShown<User, User>('PATCH', at, user, SETTINGS, wanted),
    onSettled: renew,
  });
  const disable = useMutation({
    mutationFn: () => changeShown<User, User>('PATCH', at, user, SETTINGS, { disabled: true }),
    onSettled: renew,
  });
  const remove = useMutation({
    mutationFn: () => changeShown<User, null>('DELETE', at, user, SETTINGS),
    onSettled: renew,
  });
  const once = useOnce();
  const resend = useMutation({
    mutationFn: () => once<Invited>(`${at}/invitation`, undefined),
    onSuccess: onInvited,
  });
  const { email, role, disabled, invited, secondFactor, createdAt } = user;
  // Nobody changes their own login: the last operator could lock all out.
  const own = who.by === 'login' && who.name === email;
  const fixed = own || !who.mayChange;
  const refused = change.error ?? resend.error;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {email} {own && <Text span c="dimmed">{`(${t.you})`}</Text>}
        </Text>
        <Refused error={refused} />
      </Table.Td>
      <Table.Td>
        {role === 'operator' || fixed ? (
          t.roles[role]
        ) : (
          <NativeSelect
            aria-label={t.roleOf(email)}
            size="xs"
            miw={96}
            value={role}
            data={(['owner', 'viewer'] as const).map((value) => ({ value, label: t.roles[value] }))}
            onChange={({ currentTarget }) =>
              change.mutate({ role: currentTarget.value === 'owner' ? 'owner' : 'viewer' })
            }
          />
        )}
      </Table.Td>
      <Table.Td>
        {disabled ? (
          <State tone="bad">{t.states.disabled}</State>
        ) : invited ? (
          <State tone="warn">{t.states.invited}</State>
        ) : (
          <State tone="good">{t.states.active}</State>
        )}
      </Table.Td>
      <Table.Td>
        {secondFactor ? <State tone="good">{t.factorOn}</State> : <State tone="quiet">{t.factorOff}</State>}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{day(createdAt)}</Table.Td>
      {who.mayChange && (
        <Table.Td>
          <Group gap="xs" wrap="nowrap">
            {invited && !disabled && !fixed && (
              <Button
                size="xs"
                variant="default"
                aria-label={t.resendOf(email)}
                loading={resend.isPending}
                onClick={() => resend.mutate()}
              >
                {t.resend}
              </Button>
            )}
            {disabled && !fixed ? (
              <Button
                size="xs"
                variant="default"
                aria-label={t.enableOf(email)}
                onClick={() => change.mutate({ disabled: false })}
              >
                {t.enable}
              </Button>
            ) : (
              <Confirmed
                label={t.disable}
                name={t.disableOf(email)}
                question={t.disableAsk(email)}
                consequence={t.disableMeans}
                action={t.disable}
                mutation={disable}
                hidden={fixed}
              />
            )}
            <Confirmed
              label={t.remove}
              name={t.removeOf(email)}
              question={t.removeAsk(email)}
              consequence={t.removeMeans}
              action={t.remove}
              mutation={remove}
              hidden={fixed}
            />
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Invite({ at, roles, onDone }: { at: string; roles: readonly Role[]; onDone: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState(roles[0] ?? 'viewer');
  const once = useOnce();
  const invite = useMutation({
    mutationFn: () => once<Invited>(at, { email: email.trim(), role }),
    onSuccess: () => {
      setEmail('');
      onDone();
    },
  });
  const error = invite.error instanceof ApiError ? invite.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t.email}
          type="email"
          autoComplete="off"
          required
          data-autofocus
          value={email}
          error={error?.about('email')}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        {roles.length > 1 && (
          <NativeSelect
            label={t.role}
            value={role}
            data={roles.map((value) => ({ value, label: `${t.roles[value]}: ${t.means[value]}` }))}
            onChange={({ currentTarget }) =>
              setRole(roles.find((one) => one === currentTarget.value) ?? 'viewer')
            }
          />
        )}
        {error?.about('email') === undefined && <Refused error={invite.error} />}
        <Button type="submit" loading={invite.isPending}>
          {t.invite}
        </Button>
        {invite.data !== undefined && <TheLink invited={invite.data} />}
      </Stack>
    </form>
  );
}

/** How an invitation gets to whom it is for. */
function TheLink({ invited: { user, invitation } }: { invited: Invited }) {
  return (
    <Notice tone="good" role="status" title={invitation.mailed ? t.mailed(user.email) : t.passOn(user.email)}>
      <Stack gap={6} mt={6}>
        {!invitation.mailed && <Copyable text={invitation.link} what={t.link} />}
        <Text size="sm">{t.until(when(invitation.expiresAt))}</Text>
      </Stack>
    </Notice>
  );
}
