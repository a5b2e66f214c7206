import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { servePortal } from './portal.ts';

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-portal-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Throughline</title>');
  writeFileSync(join(folder, 'assets/index-1a2b3c.js'), 'export const plain = 1;');
  writeFileSync(join(folder, 'assets/index-1a2b3c.js.br'), 'brotli');
  app = Fastify();
  const page = await servePortal(app, folder);
  app.setNotFoundHandler((request, reply) => page(request, reply) ?? reply.code(404).send('nothing'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const browser = { accept: 'text/html,application/xhtml+xml' };

describe('The portal', () => {
  test.each(['/', '/accounts/abc/dids', '/setup/token'])('is opened at %s', async (url) => {
    const answer = await app.inject({ url, headers: browser });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<title>Throughline</title>');
  });

  test.each(['/api/v1/nothing', '/metrics', '/assets/gone.js'])('is not what %s answers', async (url) => {
    expect((await app.inject({ url, headers: browser })).statusCode).toBe(404);
  });

  test.each([{ accept: '*/*' }, {}])('is opened by a program that takes anything: %o', async (headers) => {
    for (const url of ['/', '/?from=1.2', '/accounts/abc/dids']) {
      const answer = await app.inject({ url, headers });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    }
    expect((await app.inject({ url: '/favicon.ico', headers })).statusCode).toBe(404);
  });

  test('is not given to a program that asks for JSON', async () => {
    const answer = await app.inject({ url: '/accounts', headers: { accept: 'application/json' } });
    expect(answer.statusCode).toBe(404);
  });

  test('lets no script run that is not a file of ours, and no page frame it', async () => {
    const policy = (await app.inject({ url: '/', headers: browser })).headers['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test('has files that a browser keeps for a year, compressed when they were built', async () => {
    const answer = await app.inject({ url: '/assets/index-1a2b3c.js', headers: { 'accept-encoding': 'br' } });
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-encoding']).toBe('br');
    expect(answer.body).toBe('brotli');
  });
});
