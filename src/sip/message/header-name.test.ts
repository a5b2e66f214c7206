import { describe, expect, test } from 'vitest';
import { HeaderId, headerIdAt, headerName } from './header-name.ts';

function idOf(name: string): number {
  return headerIdAt(name, 0, name.length);
}

describe('header field names', () => {
  test('every known name is found in any case', () => {
    for (const id of Object.values(HeaderId)) {
      if (id === HeaderId.Unknown) continue;
      const name = headerName(id);
      expect(name).not.toBe('');
      expect([idOf(name), idOf(name.toLowerCase()), idOf(name.toUpperCase())]).toEqual([id, id, id]);
    }
  });

  test('§7.3.3: compact forms', () => {
    const compact: Record<string, HeaderId> = {
      v: HeaderId.Via,
      f: HeaderId.From,
      t: HeaderId.To,
      i: HeaderId.CallId,
      m: HeaderId.Contact,
      c: HeaderId.ContentType,
      l: HeaderId.ContentLength,
      k: HeaderId.Supported,
      e: HeaderId.ContentEncoding,
      s: HeaderId.Subject,
      o: HeaderId.Event,
      r: HeaderId.ReferTo,
      b: HeaderId.ReferredBy,
      j: HeaderId.RejectContact,
      a: HeaderId.AcceptContact,
      u: HeaderId.AllowEvents,
      d: HeaderId.RequestDisposition,
      x: HeaderId.SessionExpires,
      y: HeaderId.Identity,
      n: HeaderId.IdentityInfo,
    };
    for (const [form, id] of Object.entries(compact)) {
      expect([form, idOf(form), idOf(form.toUpperCase())]).toEqual([form, id, id]);
    }
  });

  test.each(['', 'z', 'Viaa', 'Vi', 'C%6Fntact', 'Call\rID', 'Call ID', 'Content_Length', 'X-Custom'])(
    '%j is not known',
    (name) => {
      expect(idOf(name)).toBe(HeaderId.Unknown);
    },
  );

  test('a name is found in the middle of a text', () => {
    expect(headerIdAt('xxCSeq: 1', 2, 6)).toBe(HeaderId.CSeq);
  });
});
