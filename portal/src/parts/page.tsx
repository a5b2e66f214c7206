import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { texts } from '../texts/en.ts';

/** The first page begins at its top, as pages do; after a navigation the heading gets the focus. */
let navigated = false;

/** A page: its heading, which is also the title of the window, what can be done, and what it shows. */
export function Page(props: {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  /** For forms and text, which are hard to read when they are wide. */
  narrow?: boolean;
  children: ReactNode;
}) {
  const { title, hint, actions, narrow, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  useEffect(() => {
    if (navigated) heading.current?.focus({ preventScroll: true });
    navigated = true;
  }, []);
  return (
    <Stack gap="lg" maw={narrow === true ? 820 : 1240}>
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ minWidth: 0 }}>
          <Title ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {hint !== undefined && (
            <Text c="dimmed" mt={4} component="div">
              {hint}
            </Text>
          )}
        </div>
        {actions !== undefined && actions !== false && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a page with a heading of its own. */
export function Section(props: {
  title: string;
  hint?: ReactNode;
  aside?: ReactNode;
  level?: 2 | 3;
  children: ReactNode;
}) {
  const { title, hint, aside, level = 2, children } = props;
  const id = useId();
  return (
    <Paper p={{ base: 'md', sm: 'lg' }} component="section" aria-labelledby={id}>
      <Stack gap="md">
        <div>
          <Group justify="space-between" gap="sm">
            <Title order={level} id={id}>
              {title}
            </Title>
            {aside}
          </Group>
          {hint !== undefined && (
            <Text c="dimmed" size="sm" mt={4} component="div">
              {hint}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}

/** Names and what they have, such as an address. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="tl-facts">
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <Text component="dt" c="dimmed" size="sm">
            {name}
          </Text>
          <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}

/** One figure with what it counts. */
export function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <Paper p="md">
      <Text c="dimmed" size="sm">
        {label}
      </Text>
      <div className="tl-figure">{value}</div>
      {note !== undefined && (
        <Text size="sm" c="dimmed" component="div" mt={4}>
          {note}
        </Text>
      )}
    </Paper>
  );
}
