import { describe, expect, test } from 'vitest';
import { knowsOnlyMd5 } from './md5-only.ts';

describe('RFC 8760 section 2.4: who cannot pass over an algorithm', () => {
  test.each(['baresip v1.0.0 (x86_64/linux)', 'baresip v0.6.1'])('%s is offered MD5 alone', (userAgent) => {
    expect(knowsOnlyMd5(userAgent)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'baresip v3.5.0',
    'FPBX-16.0.40(18.20.0)',
    'Asterisk PBX 20.5.0',
    'x baresip v1.0',
  ])('%s is offered every algorithm', (userAgent) => {
    expect(knowsOnlyMd5(userAgent)).toBe(false);
  });
});
