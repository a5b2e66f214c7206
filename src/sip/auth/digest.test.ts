import { describe, expect, test } from 'vitest';
import { algorithmOf, digestOf, digestResponse } from './digest.ts';

describe('digest arithmetic', () => {
  const rfc7616 = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    qop: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
  };

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('RFC 7616 §3.9.1: the example with %s', (algorithm, response) => {
    const ha1 = digestOf(algorithm, 'Mufasa:http-auth@example.org:Circle of Life');
    expect(digestResponse(algorithm, ha1, rfc7616)).toBe(response);
  });

  test('RFC 2617 §3.5: the example with qop=auth', () => {
    const ha1 = digestOf('MD5', 'Mufasa:testrealm@host.com:Circle Of Life');
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    const qop = { nc: '00000001', cnonce: '0a4f113b' };
    expect(digestResponse('MD5', ha1, { ...rfc7616, nonce, qop })).toBe('6629fae49393a05397450978507c4ef1');
  });

  test('RFC 2069 §2.4 with erratum 749: the example without qop', () => {
    const ha1 = digestOf('MD5', 'Mufasa:testrealm@host.com:CircleOfLife');
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    expect(digestResponse('MD5', ha1, { ...rfc7616, nonce, qop: undefined })).toBe(
      '1949323746fe6a43ef61f9606e7febea',
    );
  });

  test('text is hashed byte for byte, not as UTF-8 of its characters', () => {
    // The two bytes of "ü" in UTF-8, as they stand in latin1 text.
    expect(digestOf('MD5', '\u00c3\u00bc')).toBe('c03410a5204b21cd8229ff754688d743');
  });

  test.each([
    [undefined, 'MD5'],
    ['md5', 'MD5'],
    ['SHA-256', 'SHA-256'],
    ['sha-256', 'SHA-256'],
    ['MD5-sess', undefined],
    ['SHA-256-sess', undefined],
    ['SHA-512-256', undefined],
    ['', undefined],
  ])('RFC 7616 §3.3: algorithm %s is %s', (text, algorithm) => {
    expect(algorithmOf(text)).toBe(algorithm);
  });
});
