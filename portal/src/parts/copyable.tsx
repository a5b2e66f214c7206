import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { texts } from '../texts/en.ts';
import { Icon } from './icon.tsx';

/** A text that people copy. `what` names it. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <Group gap={6} wrap="nowrap" align="center" maw="100%" display="inline-flex">
      <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? texts.copied : texts.copy}>
            <ActionIcon
              variant="subtle"
              color="gray"
              c="dimmed"
              aria-label={copied ? texts.copied : texts.copyOf(what)}
              onClick={copy}
            >
              <Icon name={copied ? 'check' : 'copy'} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
