import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { texts } from '../texts/en.ts';
import { Refused } from './state.tsx';

/** A button for what cannot simply be taken back: says what will happen, and asks. */
export function Confirmed<T>(props: {
  label: string;
  /** The name of the button where its label alone would stand there many times. */
  name?: string;
  question: string;
  consequence: ReactNode;
  action: string;
  mutation: UseMutationResult<T, Error, void>;
  /** Whoever may not do it sees no button. */
  hidden?: boolean;
}) {
  const { label, name, question, consequence, action, mutation, hidden } = props;
  const [opened, { open, close }] = useDisclosure();
  const go = () => mutation.mutate(undefined, { onSuccess: close });
  const cancel = () => {
    mutation.reset();
    close();
  };
  if (hidden === true) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={open}
        {...(name === undefined ? {} : { 'aria-label': name })}
      >
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={cancel}
        title={question}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <Stack>
          <Text component="div">{consequence}</Text>
          <Refused error={mutation.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel} data-autofocus>
              {texts.cancel}
            </Button>
            <Button color="red.9" loading={mutation.isPending} onClick={go}>
              {action}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
