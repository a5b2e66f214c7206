import { Container, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Icon } from '../parts/icon.tsx';
import { texts } from '../texts/en.ts';

/** The frame of what is shown to people who are not logged in. */
export function Outside({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  return (
    <Container component="main" size={440} py={{ base: 'xl', sm: 72 }}>
      <Stack gap="lg">
        <Product />
        <Paper p={{ base: 'lg', sm: 'xl' }}>
          <Title mb="lg">{title}</Title>
          {children}
        </Paper>
      </Stack>
    </Container>
  );
}

export function Product() {
  return (
    <Text component="span" fw={700} size="lg" display="flex" style={{ alignItems: 'center', gap: 8 }}>
      <span style={{ color: 'var(--tl-accent)', display: 'flex' }}>
        <Icon name="gateways" size={22} />
      </span>
      {texts.product}
    </Text>
  );
}
