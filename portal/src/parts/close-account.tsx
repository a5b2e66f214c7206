import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Account, Changed } from '../api/types.ts';
import { texts } from '../texts/en.ts';
import { followRevision } from './follow-revision.ts';
import { useOnce } from './once.ts';
import { Refused } from './state.tsx';

const t = texts.accounts;

/** Takes a suspended account away for good, once its name has been typed. */
export function CloseAccount({ account }: { account: Account }) {
  const { id, name } = account;
  const [opened, { open, close }] = useDisclosure();
  const [typed, setTyped] = useState('');
  const client = useQueryClient();
  const once = useOnce();
  const closing = useMutation({
    mutationFn: () => once<Changed>(`/accounts/${id}/close`, { name: typed }),
    onSuccess: (changed) => {
      close();
      void followRevision(changed);
      void client.invalidateQueries();
    },
  });
  const cancel = () => {
    closing.reset();
    setTyped('');
    close();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    closing.mutate();
  };
  return (
    <>
      <Button size="xs" variant="default" aria-label={t.closeOf(name)} onClick={open}>
        {t.closeAccount}
      </Button>
      <Modal
        opened={opened}
        onClose={cancel}
        title={t.closeAsk(name)}
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <form onSubmit={submit}>
          <Stack>
            <Text>{t.closeMeans}</Text>
            <TextInput
              label={t.closeName(name)}
              required
              data-autofocus
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            />
            <Refused error={closing.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={cancel}>
                {texts.cancel}
              </Button>
              <Button
                type="submit"
                color="red.9"
                loading={closing.isPending}
                disabled={typed.trim() !== name}
              >
                {t.closeAccount}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
