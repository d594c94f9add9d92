import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { packingPath } from '../../../../../server/tape/file/pack-tape.ts';
import { packNow, TapePacker } from '../../../../../server/tape/file/tape-packer.ts';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { anyEvent, definition, eventsOf, freshPath, open, read, trade, written } from './tapes.ts';

const definitions = [definition('AAA'), definition('BBB'), definition('CCC')];

/** A recording of a quiet market: a block an event. */
function quietTape(events = 40, path = freshPath()): string {
  const writer = open(path);
  for (const one of definitions) writer.define(one);
  for (let at = 0; at < events; at += 1) {
    writer.onEvent(trade(at % 3, 1_700_000_000_000_000 + at * 400_000, 100 + at));
    writer.flush();
  }
  writer.close();
  return path;
}

/** All that a reader tells of a tape, whatever its blocks are. */
function told(reader: TapeReader): object {
  const { instruments, events, firstTimeUs, lastTimeUs, resets, map } = reader;
  const places = Array.from({ length: events }, (_, event) => event);
  return {
    ...{ instruments, events: eventsOf(reader), firstTimeUs, lastTimeUs, resets },
    times: places.map((event) => reader.timeOfEvent(event)),
    states: [...places, events].map((event) => reader.keyframeBefore(event)),
    notes: reader.notes(),
    gaps: reader.gapMarks(),
    density: reader.density(1_000_000),
    about: { ...map.header, flushIntervalMs: 0 },
    ...{ isClosed: map.isClosed, damage: map.damage },
  };
}

const blocksIn = (path: string): number => read(path, ({ map }) => map.blocks.length);

/** Waits for what goes on beside the clock. */
async function packed(clock: ManualClock, path: string): Promise<void> {
  clock.advance(1_000);
  await expect.poll(() => existsSync(packingPath(path))).toBe(false);
}

/** What happens while a tape is recorded. */
const step = fc.oneof(
  { weight: 12, arbitrary: anyEvent },
  { weight: 6, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.constantFrom('note', 'gap', 'anew', 'finer', 'listing') },
);

describe('a packed tape', () => {
  it('[TF31] tells what the one that it was made of tells, in fewer bytes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const path = freshPath();
        const writer = open(path, { sources: ['one'], follows: { tape: 'before.tape', events: 7 } });
        for (const one of definitions) writer.define(one);
        writer.onEvent(trade(0, 1, 1));
        for (const what of steps) {
          if (typeof what === 'object') writer.onEvent(what);
          else if (what === 'flush') writer.flush();
          else if (what === 'note') writer.onState('stale', 'quiet');
          else if (what === 'anew') writer.beginAnew([]);
          else if (what === 'finer') writer.define(definition('BBB', 3));
          else if (what === 'listing') writer.define(definition('DDD'));
          else writer.gap({ feed: 'one', fromTimeUs: unixUs(1), toTimeUs: unixUs(2), reason: 'cut' });
        }
        writer.close();
        const before = read(path, told);
        const bytes = statSync(path).size;
        const isPacked = packNow(path) !== null;
        expect(read(path, told)).toEqual(before);
        if (isPacked) expect(statSync(path).size).toBeLessThan(bytes);
        else expect(statSync(path).size).toBe(bytes);
        expect(existsSync(packingPath(path))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('[TF21] [TF23] has full blocks, none larger than a block may be, and an index of them', () => {
    const path = freshPath();
    const writer = open(path);
    for (const one of definitions) writer.define(one);
    for (let at = 0; at < 20_000; at += 1) {
      writer.onEvent(trade(at % 3, 1_700_000_000_000_000 + at * 20_000, 100 + (at % 7)));
      if (at % 3 === 0) writer.flush();
    }
    writer.close();
    const bytes = statSync(path).size;
    const blocks = blocksIn(path);
    expect(packNow(path)).toBe(statSync(path).size);
    expect(statSync(path).size).toBeLessThan(bytes / 4);
    const reader = TapeReader.open(path, { verify: true });
    const { map } = reader;
    const sizes = map.blocks.map(({ head }) => head.events).filter((events) => events > 0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8_192);
    expect(blocks).toBeGreaterThan(6_000);
    expect(map.blocks.length).toBeLessThan(20);
    expect(map).toMatchObject({ isClosed: true, damage: [], unfinishedBytes: 0 });
    expect(reader.events).toBe(20_000);
    reader.close();
  });

  it('is not made of a tape whose blocks are full, that is not finished, or is damaged', () => {
    const full = freshPath();
    const writer = open(full);
    writer.define(definitions[0]!);
    for (let at = 0; at < 3_000; at += 1) {
      writer.onEvent(trade(0, 1_700_000_000_000_000 + at, at));
      if (at % 1_000 === 999) writer.flush();
    }
    writer.close();
    const quiet = quietTape();
    const whole = readFileSync(quiet);
    const damaged = Buffer.from(whole);
    const inside = read(quiet, ({ map }) => map.blocks.find(({ head }) => head.events > 0)!.offset + 80);
    damaged[inside]! ^= 1;
    for (const bytes of [readFileSync(full), whole.subarray(0, -5), damaged, Buffer.from('no tape')]) {
      const path = written(bytes);
      expect(packNow(path)).toBe(null);
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(existsSync(packingPath(path))).toBe(false);
    }
    expect(packNow(freshPath())).toBe(null);
  });

  it('takes the place of what somebody left who did not come to the end', () => {
    const path = quietTape();
    writeFileSync(packingPath(path), readFileSync(path));
    const before = read(path, told);
    expect(packNow(path)).not.toBe(null);
    expect(read(path, told)).toEqual(before);
  });
});

describe('TapePacker', () => {
  it('packs one after the other, a little at a time', async () => {
    const clock = new ManualClock();
    const done: string[] = [];
    const packer = new TapePacker(clock, (path, bytes) => {
      expect(bytes).toBe(statSync(path).size);
      done.push(path);
    });
    const paths = [quietTape(), quietTape(), quietTape()];
    const before = paths.map((path) => read(path, told));
    for (const path of paths) packer.add(path);
    expect(done).toEqual([]);
    for (const path of paths) {
      await packed(clock, path);
      await expect.poll(() => done).toContain(path);
    }
    expect(done).toEqual(paths);
    expect(paths.map((path) => read(path, told))).toEqual(before);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves whoever reads the old file to read on in it', async () => {
    const clock = new ManualClock();
    const packer = new TapePacker(clock);
    const path = quietTape();
    const reader = TapeReader.open(path, { cacheBytes: 1 });
    const before = told(reader);
    packer.add(path);
    await packed(clock, path);
    await expect.poll(() => blocksIn(path)).toBeLessThan(10);
    expect(told(reader)).toEqual(before);
    reader.close();
  });

  it('leaves alone what was deleted meanwhile, is another recording now or goes on', async () => {
    const clock = new ManualClock();
    const done: string[] = [];
    const packer = new TapePacker(clock, (path) => done.push(path));
    const [deleted, replaced, goesOn] = [quietTape(), quietTape(), quietTape()];
    const other = quietTape(5);
    for (const path of [deleted, replaced, goesOn]) {
      packer.add(path);
      if (path === deleted) rmSync(path);
      else if (path === replaced) renameSync(other, path);
      else {
        const writer = open(path, { existing: 'append' });
        writer.onEvent(trade(0, 1_800_000_000_000_000, 1));
        writer.close();
      }
      await packed(clock, path);
    }
    expect(done).toEqual([]);
    expect(existsSync(deleted)).toBe(false);
    expect(read(replaced, ({ events }) => events)).toBe(5);
    expect(read(goesOn, ({ events }) => events)).toBe(41);
  });

  it('goes on with the next where the system refuses one, and throws nothing', async () => {
    const clock = new ManualClock();
    const done: string[] = [];
    const packer = new TapePacker(clock, (path) => done.push(path));
    const refused = quietTape();
    const bytes = readFileSync(refused);
    // Cannot be removed as a file, nor written as one.
    mkdirSync(packingPath(refused));
    const next = quietTape();
    // No folder on the way to it.
    packer.add(`${next}/inside.tape`);
    packer.add(refused);
    packer.add(next);
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await packed(clock, next);
    await expect.poll(() => done).toEqual([next]);
    expect(packNow(refused)).toBe(null);
    expect(readFileSync(refused).equals(bytes)).toBe(true);
  });

  it('throws away what it has begun when it is closed', () => {
    const clock = new ManualClock();
    const packer = new TapePacker(clock);
    const path = quietTape();
    const bytes = readFileSync(path);
    packer.add(path);
    packer.close();
    clock.advance(1_000);
    expect(clock.pendingTimers).toBe(0);
    expect(existsSync(packingPath(path))).toBe(false);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});
