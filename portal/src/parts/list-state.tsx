import { Button, Paper, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { texts } from '../texts/en.ts';
import { Icon, type IconName } from './icon.tsx';
import { Notice } from './state.tsx';

/**
 * Something that was asked for: a skeleton while it loads, the error with a way on, or what came. What came stays
 * when it cannot be asked for again, and says so.
 */
export function Loaded<T>(props: { query: UseQueryResult<T>; children: (value: T) => ReactNode }) {
  const { query, children } = props;
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <Notice tone="warn" title={texts.stale} role="status">
            {query.error.message}
          </Notice>
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return (
      <Notice tone="bad" title={texts.failed} role="alert">
        <Text mb="xs">{query.error.message}</Text>
        <Button variant="default" size="xs" onClick={() => query.refetch()}>
          {texts.retry}
        </Button>
      </Notice>
    );
  }
  return (
    <Stack aria-busy="true" role="status" aria-label={texts.loading} gap="sm">
      <Skeleton height={28} width="40%" />
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  );
}

/** There is nothing of what a list holds: why that is, and what to do. */
export function Empty({
  icon,
  action,
  children,
}: {
  icon?: IconName;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Paper p="xl">
      <Stack align="center" gap="sm" ta="center">
        {icon !== undefined && (
          <Text c="dimmed" component="span" lh={1}>
            <Icon name={icon} size={36} />
          </Text>
        )}
        <Text c="dimmed" maw={460}>
          {children}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
