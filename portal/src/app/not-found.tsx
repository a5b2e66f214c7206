import { Anchor } from '@mantine/core';
import { Page } from '../parts/page.tsx';
import { texts } from '../texts/en.ts';
import { Outside } from './outside.tsx';

/** For addresses outside of every page. */
export function Nowhere() {
  return (
    <Outside title={texts.notFound}>
      <Anchor href="/">{texts.toBegin}</Anchor>
    </Outside>
  );
}

/** For addresses that are nobody's, and for what belongs to another account: nothing tells the two apart. */
export function NotFound() {
  return (
    <Page title={texts.notFound}>
      <Anchor href="/">{texts.toBegin}</Anchor>
    </Page>
  );
}
