import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/**
 * The Authorization value that answers the first challenge whose algorithm we know (RFC 8760 2.4), with
 * qop=auth. Undefined where there is none.
 */
export function answerChallenge(
  challenges: readonly string[],
  method: string,
  uri: string,
  { username, password }: Credentials,
): string | undefined {
  for (const challenge of challenges) {
    const algorithm = parameter(challenge, 'algorithm') ?? 'MD5';
    const hashName = HASHES[algorithm];
    const nonce = parameter(challenge, 'nonce');
    const realm = parameter(challenge, 'realm');
    if (hashName === undefined || nonce === undefined || realm === undefined) continue;
    const hash = (text: string): string => createHash(hashName).update(text, 'latin1').digest('hex');
    const cnonce = randomBytes(8).toString('hex');
    const ha1 = hash(`${username}:${realm}:${password}`);
    const response = hash(`${ha1}:${nonce}:00000001:${cnonce}:auth:${hash(`${method}:${uri}`)}`);
    return (
      `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
      `response="${response}", algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="${cnonce}"`
    );
  }
  return undefined;
}

function parameter(challenge: string, name: string): string | undefined {
  const match = new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^ ,]+))`, 'i').exec(challenge);
  return match?.[1] ?? match?.[2];
}
