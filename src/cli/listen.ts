import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { err, ok, type Result } from '../base/result.ts';
import { EXIT, type StartFailure } from './exit-code.ts';

/** What is opened, and the group of settings that says where. */
interface Opened {
  readonly what: string;
  readonly setting: 'http' | 'metrics';
}

const API: Opened = { what: 'the API', setting: 'http' };

/** Opens a port for HTTP; answers with its URL, which has the real port where any was wanted. */
export async function listen(
  api: FastifyInstance,
  { address, port }: { readonly address: string; readonly port: number },
  opened: Opened = API,
): Promise<Result<string, StartFailure>> {
  try {
    await api.listen({ host: address, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    return err({ exit: EXIT.unavailable, reason: explain(code, address, port, opened) });
  }
  const bound = api.server.address();
  const host = isIPv6(address) ? `[${address}]` : address;
  return ok(`http://${host}:${typeof bound === 'object' && bound !== null ? bound.port : port}`);
}

function explain(code: string, address: string, port: number, { what, setting }: Opened): string {
  const variable = `THROUGHLINE_${setting.toUpperCase()}`;
  const place = `${address} port ${port} (TCP, for ${what})`;
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program; choose another with ${setting}.port or ${variable}_PORT`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine; choose another with ${setting}.address or ${variable}_ADDRESS`;
    case 'EACCES':
      return `${place} may not be opened by this user; choose a port above 1023 with ${setting}.port or ${variable}_PORT`;
    default:
      return `${place} cannot be opened (${code}); choose another with ${setting}.address and ${setting}.port`;
  }
}
