import { describe, expect, test } from 'vitest';
import { ALICE, onEveryDatabase, type StoreUnderTest } from '../../../test/support/store-contract.ts';
import { THE_OPERATOR } from '../asker.ts';
import { Logins } from './logins.ts';

const BROWSER = { address: '192.0.2.1', userAgent: 'a browser' };
const PASSWORD = 'a horse of another colour';

function logins(under: StoreUnderTest): Logins {
  return new Logins({
    store: under.store,
    clock: { now: () => 1_000_000 },
    log: () => {},
    publicUrl: 'http://portal.example',
    csrfKey: 'key',
  });
}

/** What each of `many` that are asked at once came to. */
async function atOnce<T>(
  many: number,
  ask: (which: number) => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: T }>,
): Promise<readonly ('ok' | T)[]> {
  const answers = await Promise.all(Array.from({ length: many }, (_, which) => ask(which)));
  return answers.map((answer) => (answer.ok ? 'ok' : answer.error));
}

function tokenOf(link: string): string {
  return link.split('/').at(-1) ?? '';
}

onEveryDatabase('people who do the same at once', (use) => {
  describe('on several processes', () => {
    test('have five tries for one e-mail address, however many come together', async () => {
      const outcomes = await atOnce(30, (which) => {
        const input = { email: 'jo@example.com', password: `wrong password ${which}` };
        return logins(use()).logIn(input, { ...BROWSER, address: `192.0.2.${which}` }, undefined);
      });
      const refused = outcomes.filter((one) => one !== 'ok' && one.kind === 'loginRefused');
      expect(refused).toHaveLength(5);
      expect(outcomes.filter((one) => one !== 'ok' && one.kind === 'tooManyTries')).toHaveLength(25);
    });

    test('are invited once; the others are told that the address is taken', async () => {
      const outcomes = await atOnce(10, () =>
        logins(use()).invite(THE_OPERATOR, ALICE, { email: 'jo@example.com', role: 'owner' }),
      );
      expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
      expect(outcomes.filter((one) => one !== 'ok' && one.kind === 'conflict')).toHaveLength(9);
    });

    test('are removed once', async () => {
      const invited = await logins(use()).invite(THE_OPERATOR, ALICE, {
        email: 'a@b.example',
        role: 'owner',
      });
      const id = invited.ok ? invited.value.user.id : '';
      const outcomes = await atOnce(5, () => logins(use()).removeUser(THE_OPERATOR, ALICE, id));
      expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
      expect(outcomes.filter((one) => one !== 'ok' && one.kind === 'notFound')).toHaveLength(4);
    });

    test('become the first operator once, though each has a link of another start', async () => {
      const links: string[] = [];
      for (let start = 0; start < 5; start += 1) {
        const offered = await logins(use()).offerSetup();
        links.push(offered.ok ? (offered.value?.link ?? '') : '');
      }
      const outcomes = await atOnce(5, (which) => {
        const input = { email: `ops${which}@example.com`, password: PASSWORD };
        return logins(use()).setUp(tokenOf(links[which] ?? ''), input, BROWSER);
      });
      expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
      expect(outcomes.filter((one) => one !== 'ok' && one.kind === 'linkNotValid')).toHaveLength(4);
    });

    test('take one invitation once', async () => {
      const invited = await logins(use()).invite(THE_OPERATOR, ALICE, {
        email: 'a@b.example',
        role: 'owner',
      });
      const token = tokenOf(invited.ok ? invited.value.link : '');
      const outcomes = await atOnce(5, () => logins(use()).useLink('invitation', token, PASSWORD, BROWSER));
      expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
    });
  });
});
