import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ask } from '../api/client.ts';
import { useEvery } from '../api/live.ts';
import type { Did, Plan } from '../api/types.ts';
import { InForce } from '../parts/in-force.tsx';
import { Loaded } from '../parts/list-state.tsx';
import { Facts, Page, Section } from '../parts/page.tsx';
import { PlanLadder } from '../parts/plan-ladder.tsx';
import { Notice, State } from '../parts/state.tsx';
import { national } from '../parts/words.ts';
import { texts } from '../texts/en.ts';

const t = texts.plan;

/** What a call for a DID would meet now: a ladder for each trunk server. */
export default function DidPlan() {
  const { number = '', account } = useParams({ strict: false });
  const at = `/dids/${encodeURIComponent(number)}`;
  const did = useQuery({ queryKey: ['dids', 'one', number], queryFn: () => ask<Did>('GET', at) });
  const plan = useQuery({
    queryKey: ['plan', number],
    queryFn: () => ask<Plan>('GET', `${at}/plan`),
    refetchInterval: Math.min(useEvery(2_000), 5_000),
  });
  return (
    <Page
      title={t.title}
      hint={t.legend}
      actions={
        <Anchor component={Link} to={`/accounts/${account}/dids`}>
          {t.back}
        </Anchor>
      }
    >
      <Facts
        facts={[
          [
            texts.dids.number,
            <Text key="number" span fw={650} size="lg" className="tl-numbers">
              {national(number)}{' '}
              <Text span c="dimmed" size="sm" fw={400}>
                {number}
              </Text>
            </Text>,
          ],
          [
            texts.dids.inForce,
            did.data === undefined ? '…' : <InForce key="failover" effective={did.data.effective} />,
          ],
        ]}
      />
      <Loaded query={plan}>
        {({ trunkServers }) => (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            {trunkServers.map((one) => (
              <Section
                key={one.trunkServer}
                title={t.at(one.trunkServer)}
                aside={
                  one.failure === null ? (
                    <State tone="good">{t.routesBy(one.revision ?? 0)}</State>
                  ) : (
                    <State tone="bad">{t.noPlan}</State>
                  )
                }
              >
                {one.failure === null ? (
                  <PlanLadder at={one} />
                ) : (
                  <Notice tone="bad" role="status">
                    {t.noPlanBecause(one.failure.text)}
                  </Notice>
                )}
              </Section>
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}
