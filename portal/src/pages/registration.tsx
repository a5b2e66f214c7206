import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { askAll } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Registration } from '../api/types.ts';
import { useAccount } from '../app/who-context.ts';
import { Empty, Loaded } from '../parts/list-state.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Notice, State } from '../parts/state.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { when } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.registration;

/** Which trunk server has which PBX, and what to do where one lacks it. */
export default function RegistrationPage() {
  const { id } = useAccount();
  const every = useEvery(1_000);
  const registrations = useQuery({
    queryKey: ['registrations', id],
    queryFn: () => askAll<Registration>(`/registrations?account=${id}`),
    refetchInterval: ({ state }) => Math.min(every, untilExpiry(state.data ?? [])),
  });
  return (
    <Page title={t.title} hint={t.hint}>
      <Loaded query={registrations}>
        {(groups) =>
          groups.length === 0 ? (
            <Empty icon="plug">{t.empty}</Empty>
          ) : (
            groups.map((group) => <Group key={group.trunkGroup} group={group} />)
          )
        }
      </Loaded>
    </Page>
  );
}

/** Milliseconds until the first binding that is shown expires, which nobody tells. */
function untilExpiry(groups: readonly Registration[]): number {
  const ends = groups
    .flatMap(({ trunkServers }) => trunkServers.flatMap(({ bindings }) => bindings))
    .map(({ expiresAt }) => Date.parse(expiresAt) - Date.now());
  return Math.max(1_000, Math.min(...ends) + 250);
}

function Group({ group }: { group: Registration }) {
  const { warning } = group;
  return (
    <Section
      title={group.username}
      aside={
        warning === null ? (
          <State tone="good">{t.good}</State>
        ) : (
          <State tone={warning.kind === 'someTrunkServers' ? 'warn' : 'bad'}>{t.short[warning.kind]}</State>
        )
      }
    >
      {warning !== null && (
        <Notice
          tone={warning.kind === 'someTrunkServers' ? 'warn' : 'bad'}
          title={warning.text}
          role="status"
        >
          <Text size="sm">{warning.reason}</Text>
          <Text size="sm" fw={600} mt={4}>
            {warning.remedy}
          </Text>
        </Notice>
      )}
      <WideTable label={`${t.title} ${group.username}`}>
        <Table.Thead>
          <Table.Tr>
            {[t.server, t.contact, t.from, t.until, t.agent].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {group.trunkServers.flatMap(({ trunkServer, bindings }) =>
            bindings.length === 0
              ? [
                  <Table.Tr key={trunkServer}>
                    <Table.Td fw={550}>{trunkServer}</Table.Td>
                    <Table.Td colSpan={4}>
                      <State tone="bad">{t.none}</State>
                    </Table.Td>
                  </Table.Tr>,
                ]
              : bindings.map((binding) => (
                  <Table.Tr key={`${trunkServer} ${binding.contact}`}>
                    <Table.Td fw={550}>{trunkServer}</Table.Td>
                    <Table.Td>{binding.contact}</Table.Td>
                    <Table.Td>
                      {binding.from} {binding.behindNat && `(${t.nat})`}
                    </Table.Td>
                    <Table.Td>{when(binding.expiresAt)}</Table.Td>
                    <Table.Td>{binding.userAgent}</Table.Td>
                  </Table.Tr>
                )),
          )}
        </Table.Tbody>
      </WideTable>
    </Section>
  );
}
