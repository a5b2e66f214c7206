import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanHeaders } from './header-index.ts';
import { HeaderId, headerName } from './header-name.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const scan = (text: string, limits = DEFAULT_LIMITS) => scanHeaders(text, 0, limits);

describe('§7.3.1: header fields', () => {
  test('values are trimmed, names may have white space before the colon', () => {
    const index = scan('To :  sip:a@b  \r\nSubject:\r\nx-odd:\t1\t\r\n\r\nbody');
    expect(index.problem).toBeUndefined();
    expect(index.count).toBe(3);
    expect(index.value(HeaderId.To)).toBe('sip:a@b');
    expect(index.value(HeaderId.Subject)).toBe('');
    expect(index.named('X-Odd')).toEqual(['1']);
    expect(index.text.substring(index.bodyStart)).toBe('body');
  });

  test('LF alone ends a line', () => {
    const index = scan('To: a\nFrom: b\n\nbody');
    expect([index.value(HeaderId.To), index.value(HeaderId.From)]).toEqual(['a', 'b']);
    expect(index.text.substring(index.bodyStart)).toBe('body');
  });

  test('a folded value is one value, each fold one space', () => {
    const index = scan('Subject: one\r\n  two\r\n\tthree\r\nTo:\r\n a\r\n \r\nFrom: b\r\n\r\n');
    expect(index.value(HeaderId.Subject)).toBe('one two three');
    expect(index.value(HeaderId.To)).toBe('a');
    expect(index.text.substring(index.valueStart(index.next(0)), index.valueEnd(index.next(0)))).toBe('a');
    expect(index.value(HeaderId.From)).toBe('b');
  });

  test('values keeps lines apart, elements takes them apart at commas outside quotes and brackets', () => {
    const index = scan(
      'Contact: "Watson, T." <sip:a@b;x=1,2>;q=0.5, <sip:c@d>\r\nm: sip:e@f\r\nContact: ,, \r\n\r\n',
    );
    expect(index.values(HeaderId.Contact)).toHaveLength(3);
    expect(index.elements(HeaderId.Contact)).toEqual([
      '"Watson, T." <sip:a@b;x=1,2>;q=0.5',
      '<sip:c@d>',
      'sip:e@f',
    ]);
  });

  test('an unterminated quote or bracket keeps the rest together', () => {
    expect(scan('Contact: "a, b\r\n\r\n').elements(HeaderId.Contact)).toEqual(['"a, b']);
    expect(scan('Contact: <a, b\r\n\r\n').elements(HeaderId.Contact)).toEqual(['<a, b']);
  });

  test('find goes on behind an entry', () => {
    const index = scan('Via: 1\r\nTo: x\r\nVia: 2\r\n\r\n');
    const first = index.find(HeaderId.Via);
    const second = index.findNext(HeaderId.Via, first);
    expect([first, index.valueAt(second), index.next(second)]).toEqual([0, '2', -1]);
    expect(index.find(HeaderId.CSeq)).toBe(-1);
  });
});

describe('what is no header field', () => {
  test.each([
    ['To: a\r\n', 'No Blank Line After Header Fields'],
    [' folded\r\n\r\n', 'Header Fields Begin With a Folded Line'],
    ['no colon\r\n\r\n', 'Header Line Without a Name'],
    [': no name\r\n\r\n', 'Header Line Without a Name'],
    ['two words: x\r\n\r\n', 'Header Line Without a Name'],
    ['To: a\rVia: smuggled\r\n\r\n', 'Stray CR in Header Field'],
  ])('%j: %s', (text, problem) => {
    expect(scan(text).problem).toBe(problem);
  });

  test('the good lines are there all the same', () => {
    const index = scan('To: a\r\nbroken\r\nFrom: b\r\n\r\n');
    expect([index.value(HeaderId.To), index.value(HeaderId.From)]).toEqual(['a', 'b']);
  });

  test('limits: header fields and the length of a line', () => {
    const limits = { ...DEFAULT_LIMITS, headers: 3, line: 20 };
    expect(scan('a: 1\r\nb: 2\r\nc: 3\r\n\r\n', limits).problem).toBeUndefined();
    const tooMany = scan('a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n\r\n', limits);
    expect([tooMany.problem, tooMany.count]).toEqual(['Too Many Header Fields', 3]);
    expect(scan(`a: ${'x'.repeat(18)}\r\n\r\n`, limits).problem).toBe('Header Line Too Long');
  });
});

describe('whatever the lines, and whichever message was scanned last', () => {
  const name = fc.constantFrom(
    'Via',
    'v',
    'TO',
    'from',
    'Call-ID',
    'Subject',
    'X-Custom',
    'Route',
    'User-Agent',
    'a b',
    '',
  );
  const value = fc.string({ unit: fc.constantFrom('x', ' ', '\t', ':', ',', '"', '<', '>'), maxLength: 6 });
  const line = fc
    .tuple(
      name,
      fc.constantFrom(':', ' :', '\t: ', ''),
      value,
      fc.constantFrom('\r\n', '\n', '\r\n  ', '\n\t\r\n'),
    )
    .map((parts) => parts.join(''));
  const message = fc.array(line, { maxLength: 6 }).map((lines) => `${lines.join('')}\r\n\r\nbody`);

  /** Name and value of each header field, read line by line. */
  function naive(text: string): { fields: string[][]; bodyStart: number } {
    const fields: string[][] = [];
    let bodyStart = 0;
    for (const written of text.split('\n')) {
      bodyStart += written.length + 1;
      const content = written.replace(/\r$/, '');
      if (content === '') return { fields, bodyStart };
      const field = /^([A-Za-z-]+)[ \t]*:(.*)$/.exec(content);
      const last = fields.at(-1);
      if (/^[ \t]/.test(content)) {
        const more = content.trim();
        if (last !== undefined && more !== '') last[1] = last[1] === '' ? more : `${last[1]} ${more}`;
      } else if (field !== null) {
        fields.push([field[1] ?? '', (field[2] ?? '').trim()]);
      }
    }
    return { fields, bodyStart: text.length };
  }

  test('the entries are the header fields in their order', () => {
    fc.assert(
      fc.property(message, message, (text, other) => {
        const index = scan(text);
        const { fields, bodyStart } = naive(text);
        scan(other);
        const read: string[][] = [];
        for (let entry = index.count === 0 ? -1 : 0; entry !== -1; entry = index.next(entry)) {
          read.push([index.nameAt(entry), index.valueAt(entry)]);
          if (read.length % 2 === 0) scan(other);
        }
        expect(index.bodyStart).toBe(bodyStart);
        // A fold behind a line that is no header field goes to the last one that is; such a message is refused.
        if (index.problem === undefined) expect(read).toEqual(fields);
        else expect(read.map(([field]) => field)).toEqual(fields.map(([field]) => field));
        for (const id of [HeaderId.Via, HeaderId.To, HeaderId.Subject, HeaderId.UserAgent, HeaderId.CSeq]) {
          const names = [headerName(id).toLowerCase(), id === HeaderId.Via ? 'v' : ''];
          const wanted = fields.filter(([field]) => names.includes(field?.toLowerCase() ?? ''));
          scan(other);
          const values = index.values(id);
          if (index.problem === undefined) expect(values).toEqual(wanted.map(([, written]) => written));
          expect(index.has(id)).toBe(wanted.length > 0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
