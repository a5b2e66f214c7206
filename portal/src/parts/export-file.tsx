import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { askFile } from '../api/client.ts';
import { texts } from '../texts/en.ts';
import { saveFile } from './words.ts';

const t = texts.files;

/** Fetches all that the page's filters let through as a CSV file, and hands it to the browser. */
export function ExportFile({ path, name }: { path: string; name: string }) {
  const fetched = useMutation({
    mutationFn: () => askFile(path),
    onSuccess: (file) => saveFile(name, file),
    onError: (error) =>
      notifications.show({
        color: 'red',
        message: error.message,
        role: 'alert',
        closeButtonProps: { 'aria-label': texts.close },
      }),
  });
  return (
    <Button
      variant="default"
      loading={fetched.isPending}
      aria-busy={fetched.isPending}
      onClick={() => fetched.mutate()}
    >
      {t.exportCsv}
    </Button>
  );
}
