import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type MarketEvent, type WireBar } from '#protocol';
import { INTERVALS_S } from '../../../../server/engine/bars.ts';
import { Engine, type EngineListener } from '../../../../server/engine/engine.ts';
import { MarketMirror } from '../../../../server/tape/file/market-mirror.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { bar, instrument, trade } from '../../../support/test-timeline.ts';

const MINUTE_S = 60;
/** 2023-11-14T09:58:00Z. */
const START_S = 1_699_955_880;
const ID = instrumentId(0);

const minute = (at: number, more: Partial<WireBar> = {}): WireBar => ({
  startS: START_S + at * MINUTE_S,
  open: 100 + at,
  high: 110 + at,
  low: 90 + at,
  close: 105 + at,
  volume: 10,
  ...more,
});
const minutes = (from: number, to: number): MarketEvent[] =>
  Array.from({ length: to - from }, (_, at) => bar(0, MINUTE_S, minute(from + at)));

function engineOf(events: readonly MarketEvent[]): Engine {
  const engine = new Engine(unixUs(START_S * 1_000_000));
  engine.define(instrument('A'));
  for (const event of events) engine.onEvent(event);
  return engine;
}

const barsOf = (engine: Engine, intervalS: number): WireBar[] =>
  engine.bars.range(intervalS, ID, 0, Number.POSITIVE_INFINITY, 1_000);

describe('bars of a source that has nothing finer', () => {
  it('make the longer ones, the one in progress included', () => {
    const engine = engineOf(minutes(0, 9));
    expect(barsOf(engine, 60)).toHaveLength(9);
    expect(barsOf(engine, 300)).toEqual([
      { startS: START_S - 180, open: 100, high: 111, low: 90, close: 106, volume: 20 },
      { startS: START_S + 120, open: 102, high: 116, low: 92, close: 111, volume: 50 },
      { startS: START_S + 420, open: 107, high: 118, low: 97, close: 113, volume: 20 },
    ]);
    expect(barsOf(engine, 86_400)).toMatchObject([{ open: 100, high: 118, low: 90, close: 113, volume: 90 }]);
    expect(barsOf(engine, 5)).toEqual([]);
  });

  it('tell viewers of each bar that changed', () => {
    const engine = engineOf([]);
    const told: number[] = [];
    const nothing = (): void => {};
    const listener: EngineListener = {
      onUnits: nothing,
      onInstrument: nothing,
      onQuoteChange: nothing,
      onTrade: nothing,
      onBarChange: (interval) => told.push(INTERVALS_S[interval]!),
      onBookChange: nothing,
    };
    engine.listen(listener);
    engine.onEvent(minutes(0, 1)[0]!);
    expect(told).toEqual([60, 300, 900, 3_600, 86_400]);
  });

  it('count once when they come again, with what they grew by', () => {
    const again = bar(0, MINUTE_S, minute(1, { high: 150, close: 149, volume: 25 }));
    const engine = engineOf([...minutes(0, 2), again, again]);
    expect(barsOf(engine, 300)).toMatchObject([{ open: 100, high: 150, low: 90, close: 149, volume: 35 }]);
    expect(engine.state.columns.volume[ID]).toBe(35);
  });

  it('give way to longer ones that the source sends itself', () => {
    const own: WireBar = { startS: START_S - 180, open: 1, high: 999, low: 1, close: 500, volume: 777 };
    const engine = engineOf([...minutes(0, 1), bar(0, 300, own), ...minutes(1, 4)]);
    expect(barsOf(engine, 300)).toEqual([
      own,
      { startS: START_S + 120, open: 102, high: 113, low: 92, close: 108, volume: 20 },
    ]);
    // Minutes alone make the hour: those of five would be in it twice.
    expect(barsOf(engine, 3_600).map(({ volume }) => volume)).toEqual([20, 20]);
  });

  it('make none of an instrument that trades', () => {
    const engine = engineOf([trade(0, START_S * 1_000_000, 100, 3), ...minutes(0, 1)]);
    expect(barsOf(engine, 300)).toMatchObject([{ high: 100, volume: 3 }]);
  });

  it('make the same ones from any keyframe on', () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 60; round += 1) {
      const events: MarketEvent[] = [];
      for (let at = 0; at < 60; at += 1) {
        if (!random.chance(0.2)) events.push(...minutes(at, at + 1));
        if (random.chance(0.1) && events.length > 0) events.push(events.at(-1)!);
        if (round % 3 === 2 && at === 40) events.push(trade(0, (START_S + at * 60 + 30) * 1_000_000, 100, 3));
      }
      const from = random.between(1, events.length - 1);
      const [mirror, again] = [new MarketMirror(), new MarketMirror()];
      for (const one of [mirror, again]) one.reserve(1);
      for (const event of events.slice(0, from)) mirror.onEvent(event);
      again.load(mirror.capture());
      const loaded = engineOf([]);
      loaded.load(mirror.capture());
      for (const event of events.slice(from)) {
        loaded.onEvent(event);
        again.onEvent(event);
      }
      const played = engineOf(events);
      for (const intervalS of INTERVALS_S) {
        const newest = barsOf(played, intervalS).at(-1);
        expect(barsOf(loaded, intervalS).at(-1)).toEqual(newest);
        expect([loaded.state.columns.volume[ID], again.capture()[0]!.volume]).toEqual(
          Array(2).fill(played.state.columns.volume[ID]),
        );
        const kept = again.capture()[0]!.bars.find(({ intervalSeconds }) => intervalSeconds === intervalS);
        expect(kept).toEqual(newest && { intervalSeconds: intervalS, ...newest });
      }
    }
  });

  it('begin no bar in its midst after a keyframe that does not have it', () => {
    const loaded = engineOf([]);
    const [state] = (() => {
      const mirror = new MarketMirror();
      mirror.reserve(1);
      for (const event of minutes(0, 4)) mirror.onEvent(event);
      return mirror.capture();
    })();
    loaded.load([{ ...state!, bars: state!.bars.filter(({ intervalSeconds }) => intervalSeconds === 60) }]);
    for (const event of minutes(4, 8)) loaded.onEvent(event);
    expect(barsOf(loaded, 300).map(({ startS }) => startS)).toEqual([START_S + 420]);
  });
});
