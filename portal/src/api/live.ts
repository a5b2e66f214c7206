import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { keptKey } from './client.ts';

/** What is shown of each topic that the API tells of. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  settings: [
    'account',
    'accounts',
    'dids',
    'edited',
    'gateways',
    'keys',
    'plan',
    'registrations',
    'users',
    'audit',
  ],
  routing: ['trunk-servers', 'plan'],
  registrations: ['registrations', 'plan', 'trunk-servers'],
  calls: ['calls'],
};
const AGAIN = 2_000;
/** The API says something every 15 s. */
const SILENT = 40_000;
/** While events come; some changes, such as a binding that expires, are not told. */
const SELDOM = 15_000;

let live = false;
const watchers = new Set<() => void>();

function setLive(now: boolean): void {
  live = now;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether the API tells what changes at the moment. */
export function useLive(): boolean {
  return useSyncExternalStore(watch, () => live);
}

/** How often to ask, in milliseconds: seldom while the API tells by itself what has changed. */
export function useEvery(fast: number): number {
  return useLive() ? SELDOM : fast;
}

/** Asks anew for what the API says has changed. Returns what ends it. */
export function listen(client: QueryClient): () => void {
  const ended = new AbortController();
  void keepListening(client, ended.signal);
  return () => ended.abort();
}

async function keepListening(client: QueryClient, ended: AbortSignal): Promise<void> {
  // What is on the page was asked for a moment ago; after a break it may be old.
  let known = ['settings'];
  while (!ended.aborted) {
    await listenOnce(client, ended, known).catch(() => undefined);
    known = [];
    setLive(false);
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

async function listenOnce(client: QueryClient, ended: AbortSignal, known: readonly string[]): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const key = keptKey.get();
  const response = await fetch('/api/v1/events', {
    headers: { accept: 'text/event-stream', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    signal: AbortSignal.any([ended, silence.signal]),
  });
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined) return;
  setLive(true);
  const decoder = new TextDecoder();
  let text = '';
  let passOver = known;
  for (;;) {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENT);
    const { done, value } = await reader.read();
    if (done) break;
    const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const topic of blocks.flatMap(topicsOf)) {
      if (!passOver.includes(topic)) renew(client, topic);
    }
    if (blocks.length > 0) passOver = [];
  }
  clearTimeout(timer);
}

function topicsOf(block: string): readonly string[] {
  const data = block.split('\n').find((line) => line.startsWith('data: '));
  if (data === undefined) return [];
  const event: { readonly topics: readonly string[] } = JSON.parse(data.slice('data: '.length));
  return event.topics;
}

function renew(client: QueryClient, topic: string): void {
  for (const shown of SHOWN[topic] ?? []) void client.invalidateQueries({ queryKey: [shown] });
}
