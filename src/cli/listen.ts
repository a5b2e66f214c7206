import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { err, ok, type Result } from '../base/result.ts';
import { EXIT, type StartFailure } from './exit-code.ts';

/** Opens the API's port; answers with its URL, which has the real port where any was wanted. */
export async function listen(
  api: FastifyInstance,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<Result<string, StartFailure>> {
  try {
    await api.listen({ host: address, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    return err({ exit: EXIT.unavailable, reason: explain(code, address, port) });
  }
  const bound = api.server.address();
  const host = isIPv6(address) ? `[${address}]` : address;
  return ok(`http://${host}:${typeof bound === 'object' && bound !== null ? bound.port : port}`);
}

function explain(code: string, address: string, port: number): string {
  const place = `${address} port ${port} (TCP, for the API)`;
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program; choose another with http.port or THROUGHLINE_HTTP_PORT`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine; choose another with http.address or THROUGHLINE_HTTP_ADDRESS`;
    case 'EACCES':
      return `${place} may not be opened by this user; choose a port above 1023 with http.port or THROUGHLINE_HTTP_PORT`;
    default:
      return `${place} cannot be opened (${code}); choose another with http.address and http.port`;
  }
}
