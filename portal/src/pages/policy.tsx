import { Code, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import type { Policy } from '../api/types.ts';
import { Loaded } from '../parts/list-state.tsx';
import { Facts, Page, Section } from '../parts/page.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import { texts } from '../texts/en.ts';

const t = texts.policy;
const names = new Intl.DisplayNames(undefined, { type: 'region' });

const country = (code: string): string => `${names.of(code) ?? code} (${code})`;
const variable = (setting: string): string =>
  `THROUGHLINE_${setting
    .replace(/[A-Z]/g, (capital) => `_${capital}`)
    .replaceAll('.', '_')
    .toUpperCase()}`;

/** What the operator allows. The settings of the service have it, so it is shown here and changed there. */
export default function PolicyPage() {
  const policy = useQuery({ queryKey: ['policy'], queryFn: () => ask<Policy>('GET', '/policy') });
  return (
    <Page title={t.title} hint={t.hint} narrow>
      <Loaded query={policy}>
        {(it) => (
          <>
            <Section title={t.numbers}>
              <Facts
                facts={[
                  [t.home, <Hinted key="home" text={country(it.homeCountry)} hint={t.homeHint} />],
                  [t.countries, listed(it.allowedCountries.map(country))],
                  [t.prefixes, listed(it.blockedPrefixes)],
                  [t.always, t.alwaysHint],
                ]}
              />
            </Section>
            <Section title={t.backups}>
              <Facts
                facts={[
                  [t.ranges, <Hinted key="ranges" text={listed(it.allowedRanges)} hint={t.rangesHint} />],
                ]}
              />
            </Section>
            <Section title={t.limits}>
              <Facts
                facts={[
                  [t.diversions, t.diversionsTimes(it.maxDiversions)],
                  [t.legCap, it.newAccounts.legCap.toLocaleString()],
                  [t.shared, it.newAccounts.sharedRegistrations ? t.yes : t.no],
                ]}
              />
            </Section>
            <Section title={t.where} hint={t.whereHint}>
              <Text size="sm">
                {t.file}: {it.settingsFile === null ? t.noFile : <Code>{it.settingsFile}</Code>}
              </Text>
              <WideTable label={t.where}>
                <Table.Thead>
                  <Table.Tr>
                    {[t.setting, t.from, t.variable].map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {it.settings.map(({ setting, from }) => (
                    <Table.Tr key={setting}>
                      <Table.Td>
                        <Code>{setting}</Code>
                      </Table.Td>
                      <Table.Td>{t.origins[from]}</Table.Td>
                      <Table.Td>
                        <Code>{variable(setting)}</Code>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </WideTable>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function listed(list: readonly string[]): string {
  return list.length === 0 ? t.none : list.join(', ');
}

function Hinted({ text, hint }: { text: string; hint: string }) {
  return (
    <>
      {text}
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
    </>
  );
}
