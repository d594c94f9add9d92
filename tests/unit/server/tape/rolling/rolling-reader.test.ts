import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs } from '#protocol';
import { Engine } from '../../../../../server/engine/engine.ts';
import { MarketMirror } from '../../../../../server/tape/file/market-mirror.ts';
import { RollingReader } from '../../../../../server/tape/rolling/rolling-reader.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { definition } from '../file/tapes.ts';
import { counted, freshFolder, pricesOf, readRolling, RollingMarket } from './rolling-market.ts';

const SHORT = { ageMs: 60_000, bytes: 16_000_000 };

/** The state after `to` events for one who begins at `from`, as the contract says that they are to be played. */
function stateAt(reader: RollingReader, from: number, to: number): object[] {
  let next = from;
  let mirror = new MarketMirror();
  const stops = [from, ...reader.resets.filter((reset) => reset > from && reset <= to)];
  for (const [at, stop] of stops.entries()) {
    const keyframe = reader.keyframeBefore(stop)!;
    mirror = new MarketMirror();
    mirror.reserve(reader.instruments.length);
    mirror.load(keyframe.instruments);
    next = stops[at + 1] ?? to;
    reader.play(keyframe.event, next, (event) => mirror.onEvent(event));
  }
  return mirror.capture();
}

describe('a rolling reader', () => {
  it('is a recording without events where there is no tape yet', () => {
    const reader = RollingReader.open(freshFolder());
    expect(reader).toMatchObject({
      events: 0,
      firstEvent: 0,
      firstTimeUs: 0,
      lastTimeUs: 0,
      instruments: [],
    });
    expect([reader.refresh(), reader.density(1), reader.keyframeBefore(0), reader.indexAt(5)]).toEqual([
      false,
      [],
      null,
      0,
    ]);
    reader.close();
  });

  it('lists instruments as the market does, however busy they are when it is opened', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    // Two of BBB, one of AAA.
    market.trade(3);
    market.tape.close();
    readRolling(folder, (reader) => {
      expect(reader.instruments.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
    });
  });

  it('plays all segments as one recording, with the times of one', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    const startUs = market.clock.nowUs();
    market.run(600_000);
    market.tape.close();
    readRolling(folder, (reader) => {
      expect(reader.events).toBe(600);
      expect(reader.instruments.map(({ symbol }) => symbol).toSorted()).toEqual(['AAA', 'BBB']);
      expect(pricesOf(reader)).toEqual(counted(1, 600));
      expect(reader.resets).toEqual([0]);
      for (const index of [0, 119, 120, 121, 333, 599]) {
        const timeUs = startUs + index * 1_000_000;
        expect(reader.timeOfEvent(index)).toBe(timeUs);
        expect(reader.indexAt(timeUs)).toBe(index + 1);
        expect(reader.indexAt(timeUs - 1)).toBe(index);
      }
      const counts = reader.density(60_000_000).flatMap((run) => run.counts);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
    });
  });

  it('grows while the tape is written, a new instrument and a new segment included', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    const reader = RollingReader.open(folder);
    expect(reader.events).toBe(0);
    market.run(130_000);
    market.trade();
    // An eighth of a second, or a flush.
    expect(reader.refresh()).toBe(true);
    expect(reader.events).toBe(130);
    expect(reader.refresh()).toBe(false);
    market.tape.flush();
    expect(reader.refresh()).toBe(true);
    expect(pricesOf(reader)).toEqual(counted(1, 131));
    market.tape.onDefine(instrumentId(2), definition('CCC'));
    market.run(125_000);
    market.tape.flush();
    reader.refresh();
    expect(pricesOf(reader)).toEqual(counted(1, 256));
    expect(reader.instruments.at(-1)!.symbol).toBe('CCC');
    market.tape.close();
    reader.close();
  });

  it('keeps the numbers of events when the oldest segments are deleted, and tells where it begins now', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { retention: SHORT });
    const startUs = market.clock.nowUs();
    market.run(30_000);
    market.tape.flush();
    const reader = RollingReader.open(folder);
    expect(pricesOf(reader)).toEqual(counted(1, 30));
    for (let at = 0; at < 12; at += 1) {
      market.run(10_000);
      market.tape.flush();
      // Not looked again yet: what is gone is passed over, or still open.
      const known = pricesOf(reader, 0);
      expect(known).toEqual(counted(known[0]!, 30 + at * 10));
      reader.refresh();
    }
    expect(reader.firstEvent).toBeGreaterThan(30);
    expect(pricesOf(reader)).toEqual(counted(reader.firstEvent + 1, 150));
    expect(pricesOf(reader, 0)).toEqual(counted(reader.firstEvent + 1, 150));
    expect(reader.timeOfEvent(0)).toBe(reader.firstTimeUs);
    expect(reader.firstTimeUs).toBe(startUs + reader.firstEvent * 1_000_000);
    expect(reader.indexAt(0)).toBe(reader.firstEvent);
    expect(reader.resets).toEqual([reader.firstEvent]);
    expect(reader.keyframeBefore(reader.firstEvent - 1)).toBe(null);
    market.tape.close();
    reader.close();
  });

  it('says that the state begins anew where it has missed segments', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { retention: SHORT });
    market.run(30_000);
    market.tape.flush();
    const reader = RollingReader.open(folder);
    market.run(120_000);
    market.tape.flush();
    reader.refresh();
    const prices = pricesOf(reader);
    expect(prices).toEqual(counted(prices[0]!, 150));
    expect(reader.resets).toEqual([reader.firstEvent]);
    expect(reader.keyframeBefore(reader.firstEvent)!.instruments).not.toEqual([]);
    market.tape.close();
    reader.close();
  });

  it('leads to the same state from any keyframe, over segments, a restart and a clock that was put back', () => {
    const folder = freshFolder();
    const first = new RollingMarket(folder);
    first.run(300_000);
    first.tape.close();
    const second = new RollingMarket(folder, {}, new ManualClock(first.clock.nowUs() - 60_000_000));
    second.run(200_000);
    second.tape.flush();
    readRolling(folder, (reader) => {
      expect(reader.events).toBe(500);
      expect(reader.resets).toEqual([0, 300]);
      for (const at of [1, 119, 120, 121, 250, 300, 301, 450, 500]) {
        const expected = stateAt(reader, 0, at);
        const from = reader.keyframeBefore(at)!;
        expect(from.event).toBeLessThanOrEqual(at);
        expect(stateAt(reader, from.event, at)).toEqual(expected);
      }
      let before = 0;
      for (let index = 0; index < reader.events; index += 1) {
        expect(reader.timeOfEvent(index)).toBeGreaterThanOrEqual(before);
        before = reader.timeOfEvent(index);
      }
      expect(reader.indexAt(reader.timeOfEvent(310))).toBeGreaterThan(310);
      expect(reader.indexAt(reader.lastTimeUs)).toBe(500);
    });
    second.tape.close();
  });

  it('tells everything in the finest units that any segment has, and says when they changed', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(120_000);
    market.tape.flush();
    const reader = RollingReader.open(folder);
    const place = reader.instruments.findIndex(({ symbol }) => symbol === 'AAA');
    const { units } = reader;
    market.tape.onDefine(instrumentId(0), definition('AAA', 4));
    market.run(10_000);
    market.tape.flush();
    reader.refresh();
    expect(reader.units).toBeGreaterThan(units);
    expect(reader.instruments[place]!.tick).toEqual({ units: 1, decimals: 4 });
    const prices: number[] = [];
    reader.play(100, reader.events, (event) => {
      if (event.instrument === place && event.type === 'trade') prices.push(event.price);
    });
    expect(prices.slice(0, 3)).toEqual([102_00, 104_00, 106_00]);
    expect(prices.slice(-2)).toEqual([128, 130]);
    const state = reader.keyframeBefore(120)!.instruments.find(({ instrument }) => instrument === place)!;
    expect(state.last).toBe(120_00);
    market.tape.close();
    reader.close();
  });

  it('opens few files at a time, however many segments are played', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder, { retention: { ageMs: 600_000, bytes: 16_000_000 } });
    market.run(400_000);
    market.tape.close();
    expect(readdirSync(folder).length).toBeGreaterThan(10);
    const filesOpen = (): number => readdirSync('/proc/self/fd').length;
    const before = process.platform === 'linux' ? filesOpen() : 0;
    readRolling(folder, (reader) => {
      expect(pricesOf(reader)).toEqual(counted(1, 400));
      expect(pricesOf(reader)).toEqual(counted(1, 400));
      if (process.platform === 'linux') expect(filesOpen() - before).toBeLessThanOrEqual(6);
    });
  });

  it('passes over a segment that cannot be read, and says that the state begins anew behind it', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(360_000);
    market.tape.close();
    const [, second] = readdirSync(folder);
    writeFileSync(join(folder, second!), 'not a tape');
    readRolling(folder, (reader) => {
      expect(reader.events).toBe(240);
      expect(reader.resets).toEqual([0, 120]);
      expect(pricesOf(reader)).toEqual([...counted(1, 120), ...counted(241, 360)]);
    });
    rmSync(join(folder, second!));
    readRolling(folder, (reader) => expect(reader.resets).toEqual([0, 120]));
  });

  it('drives an engine to where the live one stands', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(250_000);
    market.tape.close();
    readRolling(folder, (reader) => {
      const engine = new Engine(unixUs(0));
      for (const instrument of reader.instruments) engine.define(instrument);
      reader.play(0, reader.events, (event) => engine.onEvent(event));
      expect(engine.eventsTaken).toBe(250);
    });
  });
});
