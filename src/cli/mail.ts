import { createTransport } from 'nodemailer';
import { err, ok } from '../base/result.ts';
import type { SendMail } from '../control/logins/context.ts';

const TIMEOUT_MS = 10_000;

/** Sends through the SMTP server of the settings; undefined where they name none. */
export function mailer({
  server,
  from,
}: {
  server?: string | undefined;
  from?: string | undefined;
}): SendMail | undefined {
  if (server === undefined || from === undefined) return undefined;
  const transport = createTransport({
    url: server,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return async (mail) => {
    try {
      await transport.sendMail({ from, ...mail });
      return ok(undefined);
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error));
    }
  };
}
