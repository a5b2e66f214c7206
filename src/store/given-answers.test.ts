import { expect, test } from 'vitest';
import { OTHER_SEALING_KEY } from '../../test/support/sealing-key.ts';
import { must, onEveryDatabase } from '../../test/support/store-contract.ts';

const ROW = { id: 'a', asker: 'ada', requestHash: 'hash', expiresAt: 100 };

onEveryDatabase('answers that were given', (use) => {
  const claim = (row: Partial<typeof ROW> = {}, now = 0) =>
    use().run((tables) => tables.givenAnswers.claim({ ...ROW, ...row }, now));
  const give = (id: string, answer: string, expiresAt: number, asker = 'ada') =>
    use().run(async (tables) => {
      await tables.givenAnswers.claim({ ...ROW, id, asker, expiresAt }, 0);
      await tables.givenAnswers.keep(id, answer);
    });

  test('come back until they expire, also with another sealing key', async () => {
    await give('a', 'one', 100);
    await use().run((tables) => tables.givenAnswers.keep('a', '{"password":"ü"}'));
    expect(await claim({ requestHash: 'other' }, 99)).toEqual({
      requestHash: 'hash',
      answer: '{"password":"ü"}',
    });
    must(await use().store.changeKey(OTHER_SEALING_KEY));
    await use().reopen(OTHER_SEALING_KEY);
    expect((await claim({}, 99))?.answer).toBe('{"password":"ü"}');
    expect(await claim({ expiresAt: 300 }, 100)).toBeUndefined();
  });

  test('are claimed by one of many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, which) =>
        use().run(async (tables) => {
          const kept = await tables.givenAnswers.claim({ ...ROW, id: 'b' }, 0);
          if (kept === undefined) await tables.givenAnswers.keep('b', `answer ${which}`);
          return kept?.answer;
        }),
      ),
    );
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(new Set(answers).size).toBe(2);
  });

  test('are forgotten when they expire, and the oldest of whoever has too many or too much', async () => {
    for (let n = 1; n <= 5; n += 1) await give(`ada ${n}`, 'x', n * 10);
    await give('bob', 'y', 10, 'bob');
    const left = async () =>
      (await Promise.all(['ada 1', 'ada 2', 'ada 3', 'ada 4', 'ada 5', 'bob'].map((id) => peek(id)))).filter(
        (id) => id !== undefined,
      );
    await use().run((tables) => tables.givenAnswers.deleteExpired(10));
    expect(await left()).toEqual(['ada 2', 'ada 3', 'ada 4', 'ada 5']);
    await give('bob', 'y', 10, 'bob');
    await use().run((tables) => tables.givenAnswers.forgetMost(3, 1e9));
    expect(await left()).toEqual(['ada 3', 'ada 4', 'ada 5', 'bob']);
    await use().run((tables) => tables.givenAnswers.forgetMost(3, 160));
    expect(await left()).toEqual(['ada 4', 'ada 5', 'bob']);
  });

  /** The id, where there is an answer; leaves nothing behind where there is none. */
  async function peek(id: string): Promise<string | undefined> {
    const found = await use().store.write<never, string | undefined>(async (tables) => {
      const kept = await tables.givenAnswers.claim({ ...ROW, id }, 0);
      return { ok: false, error: kept === undefined ? undefined : id };
    });
    return typeof found.ok === 'boolean' && !found.ok && typeof found.error === 'string'
      ? found.error
      : undefined;
  }
});
