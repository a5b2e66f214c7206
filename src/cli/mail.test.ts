import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { mailer } from './mail.ts';

const MAIL = { to: 'jo@example.com', subject: 'Hello', text: 'https://portal.example/invitations/abc\n' };

/** A mail server on loopback that keeps what it is given. */
async function mailServer(): Promise<{ url: string; taken: string[]; close: () => Promise<void> }> {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part) => {
        text += part;
      });
      stream.on('end', () => {
        taken.push(`${session.envelope.rcptTo.map(({ address }) => address).join()}\n${text}`);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.server.address());
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test('a mail reaches the mail server of the settings', async () => {
  const server = await mailServer();
  const send = mailer({ server: server.url, from: 'Trunks <trunks@example.com>' });
  expect(await send?.(MAIL)).toEqual({ ok: true, value: undefined });
  await server.close();
  const [mail = ''] = server.taken;
  expect(mail).toMatch(/^jo@example\.com\n/);
  expect(mail).toContain('From: Trunks <trunks@example.com>');
  expect(mail).toContain('https://portal.example/invitations/abc');
});

test('says why a mail could not be sent', async () => {
  const server = await mailServer();
  await server.close();
  const send = mailer({ server: server.url, from: 'trunks@example.com' });
  expect(await send?.(MAIL)).toMatchObject({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
});

test('there is no mail without a server', () => {
  expect(mailer({})).toBeUndefined();
});
