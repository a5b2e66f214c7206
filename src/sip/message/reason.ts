import { err, ok, type Result } from '../../base/result.ts';
import { DIGIT, isAll, skipWhile, TOKEN } from '../uri/characters.ts';
import { type Params, quote } from '../uri/params.ts';
import { type HeaderError, malformed } from './header-error.ts';
import { parseHeaderParams } from './header-params.ts';

/** One Reason value (RFC 3326). */
export interface Reason {
  /** `SIP`, `Q.850`, … as it was written. */
  readonly protocol: string;
  /** A SIP status code for SIP, a cause value for Q.850. */
  readonly cause: number | undefined;
  readonly text: string | undefined;
  readonly params: Params;
}

/** Reads one value. */
export function parseReason(value: string): Result<Reason, HeaderError> {
  const protocolEnd = skipWhile(value, 0, value.length, TOKEN);
  const params = parseHeaderParams(value, protocolEnd, value.length);
  if (protocolEnd === 0 || params === undefined) {
    return err(malformed('Reason', 'a protocol such as SIP or Q.850 and ;parameters'));
  }
  const cause = params.get('cause');
  return ok({
    protocol: value.substring(0, protocolEnd),
    cause:
      cause !== undefined && cause.length <= 5 && isAll(cause, 0, cause.length, DIGIT)
        ? Number(cause)
        : undefined,
    text: params.get('text'),
    params,
  });
}

/** `SIP;cause=200;text="Call completed elsewhere"` */
export function formatReason(protocol: string, cause: number, text?: string): string {
  const reason = `${protocol};cause=${cause}`;
  return text === undefined ? reason : `${reason};text=${quote(text)}`;
}
