import { describe, expect, test } from 'vitest';
import { Timers } from '../base/timers.ts';
import { callId } from '../domain/ids.ts';
import type { SpoolEvent } from '../link/messages.ts';
import { Spooler } from './spooler.ts';

const event = (at: number): SpoolEvent => ({ kind: 'callEnded', call: callId('c-1'), at });
const times = (events: readonly SpoolEvent[]) => events.map((one) => ('at' in one ? one.at : -1));

/** A disk with room for `room` events. */
class Disk {
  room = Number.POSITIVE_INFINITY;
  again = true;
  writes = 0;
  readonly written: number[] = [];

  write(events: readonly SpoolEvent[]) {
    this.writes += 1;
    const kept = Math.min(events.length, this.room);
    this.room -= kept;
    this.written.push(...times(events.slice(0, kept)));
    return { kept, again: this.again };
  }
}

function stand() {
  const disk = new Disk();
  const timers = new Timers();
  return { disk, timers, spooler: new Spooler(timers, (events) => disk.write(events)) };
}

describe('What has to reach the store', () => {
  test('is written in batches: after 50 ms, or when many wait', () => {
    const { disk, timers, spooler } = stand();
    spooler.add(event(1), 1);
    spooler.add(event(2), 2);
    expect(disk.writes).toBe(0);
    timers.advance(51);
    expect(disk.written).toEqual([1, 2]);
    for (let i = 0; i < 500; i += 1) spooler.add(event(i), 60);
    expect(disk.writes).toBe(2);
    expect(timers.running).toBe(0);
  });

  test('waits in memory while the disk is full, and is written once when it has room again', () => {
    const { disk, timers, spooler } = stand();
    disk.room = 1;
    spooler.add(event(1), 0);
    spooler.add(event(2), 0);
    spooler.keep();
    expect(disk.written).toEqual([1]);
    // The disk is asked once a second, however much comes.
    for (let now = 10; now <= 900; now += 10) {
      spooler.add(event(now), now);
      spooler.keep();
    }
    expect(disk.writes).toBe(1);
    timers.advance(1_000);
    expect(disk.writes).toBe(2);
    disk.room = Number.POSITIVE_INFINITY;
    timers.advance(2_000);
    expect(disk.written.slice(0, 3)).toEqual([1, 2, 10]);
    expect(disk.written).toHaveLength(92);
    expect(spooler.lost).toBe(0);
    expect(timers.running).toBe(0);
  });

  test('is counted as lost where it is too much for the memory: the oldest goes', () => {
    const { disk, timers, spooler } = stand();
    disk.room = 0;
    spooler.add(event(0), 0);
    spooler.flush();
    for (let i = 1; i <= 20_000; i += 1) spooler.add(event(i), 1);
    expect(spooler.lost).toBe(500);
    disk.room = Number.POSITIVE_INFINITY;
    timers.advance(1_001);
    expect(disk.written.length).toBe(19_501);
    expect(disk.written[0]).toBe(500);
  });

  test('is lost where no file will ever take it, and nothing waits behind it', () => {
    const { disk, timers, spooler } = stand();
    disk.room = 0;
    disk.again = false;
    spooler.add(event(1), 0);
    timers.advance(50);
    expect(spooler.lost).toBe(1);
    disk.room = Number.POSITIVE_INFINITY;
    spooler.add(event(2), 60);
    timers.advance(200);
    expect(disk.written).toEqual([2]);
  });

  test('is written at the end, also where the disk was full a moment ago', () => {
    const { disk, spooler } = stand();
    disk.room = 0;
    spooler.add(event(1), 0);
    spooler.keep();
    disk.room = 10;
    spooler.flush();
    expect(disk.written).toEqual([1]);
  });
});
