import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type MarketEvent } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { MarketMirror } from '../../../../server/tape/file/market-mirror.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { bar, instrument, quote, statistics, trade } from '../../../support/test-timeline.ts';

const HOUR_US = 3_600_000_000;
const DAY_S = 86_400;
/** 2023-11-14T00:00:00Z. */
const MIDNIGHT_US = 1_699_920_000_000_000;
const EVENING_US = MIDNIGHT_US - 2 * HOUR_US;
const ID = instrumentId(0);

function newEngine(): Engine {
  const engine = new Engine(unixUs(EVENING_US));
  engine.define(instrument('A'));
  return engine;
}

function after(events: readonly MarketEvent[]): ReturnType<typeof dayOf> {
  const engine = newEngine();
  for (const event of events) engine.onEvent(event);
  return dayOf(engine);
}

function dayOf(engine: Engine) {
  const { high, low, volume, last } = engine.state.columns;
  return {
    open: engine.dictionary.open(ID),
    high: high[ID],
    low: low[ID],
    volume: volume[ID],
    last: last[ID],
  };
}

describe('numbers of the day that no source tells', () => {
  const evening = [
    trade(0, EVENING_US, 100, 5),
    trade(0, EVENING_US + 1, 140, 5),
    trade(0, EVENING_US, 90, 5),
  ];

  it('begin anew with the first trade of another UTC day, and stand until then', () => {
    expect(after(evening)).toEqual({ open: 100, high: 140, low: 90, volume: 15, last: 90 });
    expect(after([...evening, quote(0, MIDNIGHT_US + 1, 99, 1, 101, 1)]).volume).toBe(15);
    expect(after([...evening, trade(0, MIDNIGHT_US - 1, 95, 1)])).toMatchObject({ open: 100, volume: 16 });
    expect(after([...evening, trade(0, MIDNIGHT_US, 95, 1), trade(0, MIDNIGHT_US + 1, 96, 2)])).toEqual({
      open: 95,
      high: 96,
      low: 95,
      volume: 3,
      last: 96,
    });
  });

  it('begin with a bar of another day, by its start', () => {
    const wire = { open: 100, high: 130, low: 90, close: 120, volume: 7 };
    const days = [0, 1].map((day) => bar(0, DAY_S, { ...wire, startS: MIDNIGHT_US / 1e6 + day * DAY_S }));
    expect(after(days)).toEqual({ open: 100, high: 130, low: 90, volume: 7, last: 120 });
    const minutes = [-120, -60, 0].map((second) =>
      bar(0, 60, { ...wire, high: 130 - second, startS: MIDNIGHT_US / 1e6 + second }),
    );
    expect(after(minutes.slice(0, 2))).toMatchObject({ high: 250, volume: 14 });
    expect(after(minutes)).toMatchObject({ high: 130, volume: 7 });
  });

  it.each<[string, Parameters<typeof statistics>[2], object]>([
    [
      'all of them',
      { open: 80, high: 150, low: 70, volume: 1_000 },
      { open: 80, high: 150, low: 70, volume: 1_016 },
    ],
    ['a volume', { volume: 1_000 }, { open: 95, high: 95, low: 95, volume: 1_016 }],
    ['an open', { open: 80 }, { open: 80, high: 95, low: 95, volume: 1 }],
    ['a range', { high: 150, low: 70 }, { open: 95, high: 150, low: 70, volume: 1 }],
  ])('leave alone what the source tells: %s', (_, told, expected) => {
    const events = [statistics(0, EVENING_US, told), ...evening, trade(0, MIDNIGHT_US, 95, 1)];
    expect(after(events)).toEqual({ last: 95, ...expected });
  });

  it('are the same from any keyframe on', () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < 40; round += 1) {
      let timeUs = EVENING_US;
      const events: MarketEvent[] =
        round % 2 === 0 ? [] : [statistics(0, timeUs, { open: 7, volume: 99_999 })];
      for (let at = 0; at < 40; at += 1) {
        timeUs += random.between(1, 4 * HOUR_US);
        events.push(trade(0, timeUs, random.between(900, 1_100), random.between(1, 9)));
      }
      const from = random.between(1, events.length - 1);
      const mirror = new MarketMirror();
      mirror.reserve(1);
      for (const event of events.slice(0, from)) mirror.onEvent(event);
      const again = new MarketMirror();
      again.reserve(1);
      again.load(mirror.capture());
      const loaded = newEngine();
      loaded.load(mirror.capture());
      for (const event of events.slice(from)) {
        loaded.onEvent(event);
        again.onEvent(event);
      }
      expect(dayOf(loaded)).toEqual(after(events));
      expect(again.capture()[0]).toMatchObject(after(events));
    }
  });
});
