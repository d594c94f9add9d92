import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { systemFault } from '../../../../../server/tape/file/tape-error.ts';
import { TapeLock } from '../../../../../server/tape/file/tape-lock.ts';
import { FileStorage } from '../../../../../server/tape/file/tape-storage.ts';
import { RollingReader } from '../../../../../server/tape/rolling/rolling-reader.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { definition, trade } from '../file/tapes.ts';
import { bookEvent, counted, freshFolder, pricesOf, readRolling, RollingMarket } from './rolling-market.ts';

const tapesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.tape'));

/** A disk that is full while `isFull`. */
class FillingStorage extends FileStorage {
  static isFull = false;

  override append(bytes: Uint8Array): void {
    if (FillingStorage.isFull)
      throw systemFault('disk', 'written', Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    super.append(bytes);
  }
}

describe('a rolling tape', () => {
  it('[TF2] [TF19] begins a new segment every two minutes, each a whole tape that begins with the state of its moment', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.tape.onEvent(bookEvent(0, market.clock.nowUs(), [101, 5, 100, 6], true));
    market.run(300_000);
    market.tape.close();
    expect(market.tape.status).toMatchObject({ state: 'recording', events: 301, lost: 0, refused: 0 });
    const names = tapesIn(folder);
    expect(names).toHaveLength(3);
    expect(readdirSync(folder)).toEqual(names);
    const second = TapeReader.open(join(folder, names[1]!), { verify: true });
    expect(second.map).toMatchObject({ isClosed: true, damage: [], unfinishedBytes: 0 });
    expect(second.map.header).toMatchObject({ follows: { tape: names[0] } });
    const state = second.keyframeBefore(0)!;
    const [aaa] = state.instruments.filter(
      ({ instrument }) => second.instruments[instrument]!.symbol === 'AAA',
    );
    expect(aaa).toMatchObject({ trades: expect.any(Number), book: { bids: [101, 5, 100, 6], asks: [] } });
    expect(aaa!.trades).toBeGreaterThan(50);
    second.close();
    const first = TapeReader.open(join(folder, names[0]!));
    expect(first.keyframeBefore(0)).toMatchObject({ event: 0, instruments: [] });
    expect(first.map.header!.follows).toBeUndefined();
    first.close();
    expect(market.clock.pendingTimers).toBe(0);
  });

  it('[TF31] packs a segment that is finished, under the eyes of those who read it, and counts what it takes then', async () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    const reader = RollingReader.open(folder);
    market.run(119_000, 500);
    reader.refresh();
    const before = pricesOf(reader);
    const [name] = tapesIn(folder);
    const path = join(folder, name!);
    const unpacked = statSync(path).size;
    market.run(10_000, 500);
    await expect.poll(() => statSync(path).size).toBeLessThan(unpacked / 2);
    market.tape.flush();
    await expect
      .poll(() => market.tape.status.bytes)
      .toBe(tapesIn(folder).reduce((sum, one) => sum + statSync(join(folder, one)).size, 0));
    reader.refresh();
    expect(pricesOf(reader)).toEqual(counted(1, market.trades));
    expect(pricesOf(reader).slice(0, before.length)).toEqual(before);
    reader.close();
    expect(readRolling(folder, pricesOf)).toEqual(counted(1, market.trades));
    expect(readRolling(folder, ({ resets, holes }) => ({ resets, holes }))).toEqual({
      resets: [0],
      holes: 0,
    });
    market.tape.close();
    expect(tapesIn(folder)).toEqual(readdirSync(folder));
  });

  it('throws away at the start what was being packed at the end', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(10_000);
    market.tape.close();
    const [name] = tapesIn(folder);
    writeFileSync(join(folder, `${name}.packing`), 'half of it');
    new RollingMarket(folder).tape.close();
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('lets the oldest segments go by age, and never the one that is written', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { retention: { ageMs: 60_000, bytes: 16_000_000 } });
    market.run(300_000, 500);
    market.tape.flush();
    const { fromTimeUs, segments } = market.tape.status;
    const heldMs = (market.clock.nowUs() - fromTimeUs!) / 1_000;
    expect(heldMs).toBeGreaterThanOrEqual(60_000);
    expect(heldMs).toBeLessThan(60_000 + 10_000 + 2_000);
    expect(tapesIn(folder)).toHaveLength(segments);
    market.clock.advance(200_000);
    expect(market.tape.status.segments).toBe(1);
    market.tape.close();
  });

  it('begins a new segment when one is large enough, and lets the oldest go by size', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { retention: { ageMs: 86_400_000, bytes: 16_000_000 } });
    let largest = 0;
    const random = { state: 1 };
    for (let second = 0; second < 60; second += 1) {
      for (let at = 0; at < 20_000; at += 1) {
        random.state = (Math.imul(random.state, 1_664_525) + 1_013_904_223) >>> 0;
        const price = random.state;
        const more = { size: random.state >>> 3, tradeId: `${random.state}-${at}` };
        market.tape.onEvent(trade(at % 2, market.clock.nowUs() + at, price, more));
      }
      market.clock.advance(1_000);
      largest = Math.max(largest, market.tape.status.bytes);
    }
    const held = tapesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(held).toBe(market.tape.status.bytes);
    expect(held).toBeGreaterThan(12_000_000);
    expect(market.tape.status.segments).toBeGreaterThan(10);
    expect(largest).toBeLessThanOrEqual(16_000_000);
    market.tape.close();
  });

  it('is written by one server at a time, and says who has it', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    expect(() => new RollingMarket(folder)).toThrow(
      /rolling is being written by process \d+: one tape has one writer\.$/,
    );
    market.tape.close();
    new RollingMarket(folder).tape.close();
  });

  it('goes on in a new segment after a crash, and tells in one line what that has cost', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(130_000);
    market.tape.flush();
    const [first, second] = tapesIn(folder);
    const torn = readFileSync(join(folder, second!));
    const whole = readFileSync(join(folder, first!));
    market.tape.close();
    // What a process leaves that ends in the middle of a write.
    writeFileSync(join(folder, second!), torn.subarray(0, -7));
    writeFileSync(join(folder, first!), whole);
    writeFileSync(join(folder, `${second}.lock`), '{"pid":4194305,"started":null,"host":"gone"}');
    const next = new RollingMarket(folder, {}, new ManualClock(market.clock.nowUs() + 1_000_000));
    expect(next.notices).toHaveLength(1);
    expect(next.notices[0]).toMatch(
      /: cut [\d,]+ bytes of an unfinished block at the end; \d+ events? of [\d.]+ s (?:is|are) missing\.$/,
    );
    next.trade();
    next.tape.close();
    expect(tapesIn(folder)).toHaveLength(3);
    readRolling(folder, (reader) => {
      expect(pricesOf(reader).slice(0, 120)).toEqual(counted(1, 120));
      expect(reader.resets).toEqual([0, reader.events - 1]);
      expect(reader.keyframeBefore(reader.events - 1)!.instruments).toEqual([]);
    });
  });

  it('says so when the last run ended between two writes', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(5_000);
    market.tape.flush();
    const [name] = tapesIn(folder);
    const left = readFileSync(join(folder, name!));
    market.tape.close();
    writeFileSync(join(folder, name!), left);
    const next = new RollingMarket(folder);
    expect(next.notices).toEqual([
      `${join(folder, name!)}: was not closed; what had not reached it yet, 0.125 s at most, is missing.`,
    ]);
    next.tape.close();
  });

  it('passes over a segment that is no tape any more, and one in which nothing was begun', () => {
    const folder = freshFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'segment-00000003.tape'), 'no tape at all');
    const market = new RollingMarket(folder);
    expect(market.notices[0]).toMatch(/is no tape/);
    market.trade();
    market.tape.close();
    expect(tapesIn(folder)).toEqual(['segment-00000003.tape', 'segment-00000004.tape']);
    truncateSync(join(folder, 'segment-00000004.tape'), 9);
    const next = new RollingMarket(folder);
    next.trade();
    next.tape.close();
    expect(tapesIn(folder)).toEqual(['segment-00000003.tape', 'segment-00000005.tape']);
  });

  it('pauses when the disk is full, says so once, and goes on by itself with the state of that moment', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { storage: (path) => new FillingStorage(path) });
    market.run(10_000);
    FillingStorage.isFull = true;
    market.run(95_000);
    expect(market.tape.status).toMatchObject({ state: 'paused', lost: 95 });
    expect(market.tape.status.message).toMatch(/cannot grow \(ENOSPC\)/);
    expect(market.tape.flush()).toBe(false);
    expect(market.notices).toHaveLength(1);
    expect(market.notices[0]).toMatch(/^The tape pauses, and is tried again every 30 s: /);
    FillingStorage.isFull = false;
    market.run(40_000);
    expect(market.notices).toHaveLength(2);
    expect(market.notices[1]).toMatch(/^Recording goes on in .*segment-\d+\.tape\.$/);
    expect(market.tape.status.state).toBe('recording');
    market.tape.close();
    readRolling(folder, (reader) => {
      const prices = pricesOf(reader);
      expect(prices.slice(0, 10)).toEqual(counted(1, 10));
      const [, again] = reader.resets as [number, number];
      expect(again).toBe(10);
      const lost = prices[10]! - 11;
      expect(lost).toBe(market.tape.status.lost);
      const trades = reader.keyframeBefore(again)!.instruments.reduce((sum, state) => sum + state.trades, 0);
      expect(trades).toBe(10 + lost);
    });
  });

  it('waits for room where the disk is full at the start', () => {
    const folder = freshFolder();
    const before = new RollingMarket(folder);
    before.run(5_000);
    before.tape.close();
    let isFull = true;
    const takeLock: typeof TapeLock.take = (path, options) => {
      if (isFull)
        throw systemFault(path, 'written', Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      return TapeLock.take(path, options);
    };
    const market = new RollingMarket(folder, { takeLock }, before.clock);
    market.run(40_000);
    expect(market.tape.status).toMatchObject({ state: 'paused', events: 0 });
    expect(market.notices).toEqual([
      expect.stringMatching(/^The tape pauses, and is tried again every 30 s: .*cannot grow \(ENOSPC\)/),
    ]);
    isFull = false;
    market.run(30_000);
    expect(market.tape.status.state).toBe('recording');
    market.tape.close();
    readRolling(folder, (reader) => {
      expect(pricesOf(reader).slice(0, 5)).toEqual(counted(1, 5));
      expect(pricesOf(reader).at(-1)).toBe(market.trades);
    });
  });

  it('keeps the segment that the disk was full at the end of', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { storage: (path) => new FillingStorage(path) });
    market.run(119_000);
    const [first] = tapesIn(folder);
    FillingStorage.isFull = true;
    // Nothing waits to be written but the end of the segment itself.
    market.clock.advance(2_000);
    expect(market.tape.status).toMatchObject({ state: 'paused', segments: 1 });
    FillingStorage.isFull = false;
    market.run(60_000);
    market.tape.close();
    expect(tapesIn(folder)).toEqual([first, expect.any(String)]);
    readRolling(folder, (reader) => expect(pricesOf(reader).slice(0, 119)).toEqual(counted(1, 119)));
  });

  it('records into a folder that was made anew after somebody deleted it', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(5_000);
    rmSync(folder, { recursive: true });
    market.run(5_000);
    expect(market.tape.status).toMatchObject({ state: 'paused' });
    expect(market.notices).toHaveLength(1);
    market.run(40_000);
    expect(market.tape.status).toMatchObject({ state: 'recording', message: '' });
    expect(market.notices).toHaveLength(2);
    market.tape.close();
    readRolling(folder, (reader) => expect(pricesOf(reader).at(-1)).toBe(market.trades));
    expect(existsSync(join(folder, 'rolling.lock'))).toBe(false);
  });

  it('hands coarser units on to the next segment', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(60_000);
    market.tape.onDefine(instrumentId(1), definition('BBB', 2));
    market.run(120_000);
    market.tape.close();
    readRolling(folder, (reader) => {
      const prices: number[] = [];
      reader.play(0, reader.events, (event) => {
        if (event.type !== 'trade') return;
        const isFine = reader.instruments[event.instrument]!.symbol === 'BBB';
        prices.push(isFine && prices.length >= 60 ? event.price / 100 : event.price);
      });
      expect(prices).toEqual(counted(1, 180));
    });
  });

  it('without an event leaves nothing behind', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.clock.advance(400_000);
    market.tape.close();
    market.tape.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
