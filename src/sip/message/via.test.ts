import { describe, expect, test } from 'vitest';
import { isVia, parseVia } from './via.ts';

const via = (text: string) => {
  const value = parseVia(text, 0, text.length);
  expect(isVia(text, 0, text.length)).toBe(value !== undefined);
  return value;
};

describe('§20.42: Via', () => {
  test('every parameter that routing uses', () => {
    expect(
      via(
        'SIP/2.0/UDP pbx.example.com:5062;BRANCH=z9hG4bK1;received=192.0.2.1;rport=1024;ttl=16;maddr=224.0.1.75',
      ),
    ).toMatchObject({
      transport: 'UDP',
      host: 'pbx.example.com',
      port: 5062,
      branch: 'z9hG4bK1',
      received: '192.0.2.1',
      rport: 1024,
      ttl: 16,
      maddr: '224.0.1.75',
      malformed: false,
    });
  });

  test('RFC 3581: rport without a value asks for one', () => {
    expect(via('SIP/2.0/UDP a;rport;branch=x')?.rport).toBe('');
    expect(via('SIP/2.0/UDP a;branch=x')?.rport).toBeUndefined();
  });

  test('white space and folds stand anywhere between tokens', () => {
    const text = 'SIP  /   2.0\r\n /tcp\r\n    [2001:db8::1] : 5070 ; branch = \r\n x ,SIP/2.0/UDP b';
    const value = via(text);
    expect(value).toMatchObject({ transport: 'TCP', host: '[2001:db8::1]', port: 5070, branch: 'x' });
    expect(text.charAt(value?.end ?? 0)).toBe(' ');
  });

  test('start and end hold just the first of several values', () => {
    const text = ' SIP/2.0/UDP a;branch=1 , SIP/2.0/UDP b;branch=2';
    expect(via(text)?.toString()).toBe('SIP/2.0/UDP a;branch=1');
  });

  test('other parameters keep their order and writing', () => {
    expect(via('SIP/2.0/UDP a;Alias;branch=x;keep="a;b"')?.params?.toString()).toBe(
      ';Alias;branch=x;keep="a;b"',
    );
  });

  test('§7.1: another SIP version can still be answered', () => {
    expect(via('SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw')).toMatchObject({ host: 'c.example.com' });
  });

  test.each([
    'SIP/2.0/UDP a;;branch=x',
    'SIP/2.0/UDP a;',
    'SIP/2.0/UDP a b',
    'SIP/2.0/UDP a;branch=',
    'SIP/2.0/UDP a;x="open',
    'SIP/2.0/UDP a;rport=99999',
    'SIP/2.0/UDP a;ttl=256',
  ])('%j: sent-by is good, the rest is malformed', (text) => {
    expect(via(text)).toMatchObject({ host: 'a', malformed: true });
  });

  test.each([
    '',
    'SIP/2.0',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 UDP a',
    'SIP/2.0/UDP a:0',
    'SIP/2.0/UDP a:65536',
    'SIP/2.0/UDP a:x',
    'SIP/2.0/UDP [2001:db8::1',
    'SIP/2.0/UDP []',
    'SIP/2.0/UDP ;branch=x',
    'SIP/2.0/ UDP/a',
    'SIP/2.0/UDP a : ',
  ])('%j: nobody to answer', (text) => {
    expect(via(text)).toBeUndefined();
  });
});
