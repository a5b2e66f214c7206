import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { texts } from '../texts/en.ts';

/** Something that was asked for: a skeleton while it loads, the error with a way on, or what came. */
export function Loaded<T>(props: { query: UseQueryResult<T>; children: (value: T) => ReactNode }) {
  const { query, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <Alert color="red" title={query.error.message} role="alert">
        <Button variant="default" onClick={() => query.refetch()}>
          {texts.retry}
        </Button>
      </Alert>
    );
  }
  return (
    <Stack aria-busy="true" role="status" aria-label={texts.loading}>
      <Skeleton height={40} />
      <Skeleton height={40} />
      <Skeleton height={40} />
    </Stack>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <Text c="dimmed" py="lg">
      {children}
    </Text>
  );
}
