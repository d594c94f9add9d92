import { describe, expect, it } from 'vitest';
import { ALL_BITS, instrumentId, unixUs, type MarketEvent } from '#protocol';
import { Engine, type EngineListener } from '../../../../server/engine/engine.ts';
import { bar, book, instrument, quote, statistics, trade } from '../../../support/test-timeline.ts';

const T = 1_700_000_040_000_000;
const DAY = 86_400_000_000;

/** An engine with one instrument, and what its listener was told. */
function listenedEngine(): { engine: Engine; told: unknown[][] } {
  const engine = new Engine(unixUs(T), 64);
  const told: unknown[][] = [];
  const listener: EngineListener = {
    onUnits: () => told.push(['units']),
    onInstrument: (...all) => told.push(['instrument', ...all]),
    onQuoteChange: (...all) => told.push(['quote', ...all]),
    onTrade: (...all) => told.push(['trade', ...all]),
    onBarChange: (...all) => told.push(['bar', ...all]),
    onBookChange: (...all) => told.push(['book', ...all]),
  };
  engine.listen(listener);
  engine.define(instrument('A'));
  return { engine, told };
}

const hostile = (event: object): MarketEvent => event as MarketEvent;
const wire = { startS: 1_700_000_040, open: 5, high: 9, low: 4, close: 6, volume: 100 };

describe('Engine', () => {
  it('tells its listener of every change, once the state has it', () => {
    const { engine, told } = listenedEngine();
    told.length = 0;
    engine.onEvent(trade(0, T, 100, 5));
    engine.onEvent(book(0, T, true, [99, 1], [101, 1]));
    engine.onEvent(quote(0, T, 99, 1, 101, 1));
    expect(told.map(([what]) => what)).toEqual([
      ...Array.from({ length: 7 }, () => 'bar'),
      'trade',
      'quote',
      'book',
      'quote',
    ]);
    expect(told).toContainEqual(['trade', 0, 1]);
    expect(engine.eventsTaken).toBe(3);
  });

  it.each<[string, MarketEvent, string]>([
    ['an instrument that nobody defined', trade(7, T, 1, 1), 'unknown_instrument'],
    ['an instrument between two', trade(0.5, T, 1, 1), 'unknown_instrument'],
    ['a trade without a price', trade(0, T, NaN, 1), 'bad_price'],
    ['a trade at half a tick', trade(0, T, 1.5, 1), 'bad_price'],
    ['a trade beyond 2^53', trade(0, T, 2 ** 54, 1), 'bad_price'],
    ['a trade of negative size', trade(0, T, 1, -1), 'bad_size'],
    ['a trade of endless size', trade(0, T, 1, Infinity), 'bad_size'],
    ['a trade of half a lot', trade(0, T, 1, 0.5), 'bad_size'],
    ['a trade without a time', trade(0, NaN, 1, 1), 'bad_time'],
    ['a trade at time 0', trade(0, 0, 1, 1), 'bad_time'],
    [
      'a trade from the day after tomorrow',
      { ...trade(0, T, 1, 1), venueTimeUs: unixUs(T + 2 * DAY) },
      'bad_time',
    ],
    ['a quote at half a tick', quote(0, T, 1.5, 1, 2, 1), 'bad_price'],
    ['a quote of endless price', quote(0, T, 1, 1, Infinity, 1), 'bad_price'],
    ['a quote of negative size', quote(0, T, 1, -1, 2, 1), 'bad_size'],
    ['a book with half a level', book(0, T, true, [1], []), 'bad_book'],
    ['a book with a price that is none', book(0, T, true, [NaN, 1], []), 'bad_book'],
    ['a book with a negative size', book(0, T, false, [], [1, -1]), 'bad_book'],
    ['a book without levels', hostile({ ...book(0, T, true, [], []), asks: undefined }), 'bad_book'],
    ['statistics of endless volume', statistics(0, T, { volume: Infinity }), 'bad_size'],
    ['statistics at half a tick', statistics(0, T, { open: 0.5 }), 'bad_price'],
    ['a bar whose high is below its low', bar(0, 60, { ...wire, high: 3 }), 'bad_price'],
    ['a bar without a volume', bar(0, 60, { ...wire, volume: NaN }), 'bad_size'],
    ['a bar that starts within an interval', bar(0, 60, { ...wire, startS: wire.startS + 7 }), 'bad_time'],
    ['a bar of an interval that is not kept', bar(0, 40, wire), 'bar_not_kept'],
    ['an event of an unknown type', hostile({ ...trade(0, T, 1, 1), type: 'gossip' }), 'unknown_type'],
    ['a quote without any field', hostile({ type: 'quote', instrument: 0 }), 'bad_price'],
  ])('[ST3] refuses and counts %s', (_, event, reason) => {
    const { engine, told } = listenedEngine();
    told.length = 0;
    engine.onEvent(event);
    expect(engine.counters.toRecord()).toEqual({ [reason]: 1 });
    expect(told).toEqual([]);
    expect([engine.eventsTaken, engine.state.version(0), engine.trades.newestSeq(0)]).toEqual([0, 0, 0]);
    engine.onEvent(trade(0, T, 100, 5));
    expect(engine.bars.range(60, 0 as never, 0, Infinity, 9)).toMatchObject([{ open: 100, volume: 5 }]);
  });

  it('takes a trade without size and one that comes too late for its bar, and counts both', () => {
    const { engine } = listenedEngine();
    engine.onEvent(trade(0, T, 100, 0));
    engine.onEvent(trade(0, T - 2_000_000, 90, 1));
    expect(engine.counters.toRecord()).toEqual({ zero_size: 1, too_late_for_bar: 3 });
    expect(engine.state.columns.low[0]).toBe(90);
  });

  it('keeps the price of the newest trade when an older one comes late, and the close of each bar that both are in', () => {
    const { engine } = listenedEngine();
    const late = (agoUs: number, price: number) => ({
      ...trade(0, T - agoUs, price, 2),
      receiveTimeUs: unixUs(T + 1_000),
    });
    engine.onEvent(trade(0, T - 70_000_000, 99, 1));
    engine.onEvent(trade(0, T, 100, 5));
    engine.onEvent(late(300_000, 110));
    engine.onEvent(late(70_000_000, 90));
    const { last, lastSize, tradeTimeUs, volume, high, low } = engine.state.columns;
    expect([last[0], lastSize[0], tradeTimeUs[0]]).toEqual([100, 5, T]);
    expect([volume[0], high[0], low[0]]).toEqual([10, 110, 90]);
    for (const intervalS of [60, 300, 900, 3_600, 86_400]) {
      const newest = engine.bars.range(intervalS, instrumentId(0), 0, Infinity, 1);
      expect(newest, `${intervalS} s`).toMatchObject([{ close: 100 }]);
    }
    expect(engine.bars.range(60, instrumentId(0), 0, Infinity, 9)).toMatchObject([
      { low: 90, close: 90 },
      { open: 110, close: 110, volume: 2 },
      { close: 100, volume: 5 },
    ]);
    expect(engine.trades.since(instrumentId(0), 0, 9).trades).toHaveLength(4);
  });

  it('goes on with the bars of now after a trade whose clock was an hour ahead', () => {
    const { engine } = listenedEngine();
    const HOUR_US = 3_600_000_000;
    engine.onEvent(trade(0, T, 100, 1));
    engine.onEvent({ ...trade(0, T + HOUR_US, 105, 1), receiveTimeUs: unixUs(T) });
    for (let minute = 1; minute <= 3; minute += 1) engine.onEvent(trade(0, T + minute * 60_000_000, 100, 2));
    const minutes = engine.bars.range(60, instrumentId(0), 0, Infinity, 9);
    expect(minutes.map(({ volume }) => volume)).toEqual([1, 2, 2, 2, 1]);
    expect(minutes.at(-1)).toMatchObject({ close: 105 });
    expect(engine.counters.toRecord()).toEqual({});
  });

  it('leaves a late trade of the day before out of the numbers of the day', () => {
    const { engine } = listenedEngine();
    const midnight = Math.ceil(T / 86_400e6) * 86_400e6;
    engine.onEvent(trade(0, midnight - 2_000_000, 100, 5));
    engine.onEvent(trade(0, midnight, 101, 1));
    engine.onEvent({ ...trade(0, midnight - 1_000_000, 500, 7), receiveTimeUs: unixUs(midnight + 1) });
    const { last, volume, high } = engine.state.columns;
    expect([last[0], volume[0], high[0]]).toEqual([101, 1, 101]);
    const days = engine.bars.range(86_400, instrumentId(0), 0, Infinity, 2);
    expect(days).toMatchObject([
      { high: 500, volume: 12 },
      { high: 101, volume: 1 },
    ]);
  });

  it('goes by arrival where the newest trade has a time that has not come yet', () => {
    const { engine } = listenedEngine();
    engine.onEvent({ ...trade(0, T + 0.9 * DAY, 100, 1), receiveTimeUs: unixUs(T) });
    for (const price of [101, 102]) engine.onEvent(trade(0, T + price, price, 2));
    const { last, volume, high } = engine.state.columns;
    expect([last[0], volume[0], high[0]]).toEqual([102, 5, 102]);
  });

  it('keeps nothing of an event, so that a source may use it again', () => {
    const { engine } = listenedEngine();
    const levels = book(0, T, true, [99, 1], [101, 1]);
    engine.onEvent(levels);
    levels.bids[0] = 7;
    expect(engine.state.bookLevels(instrumentId(0))).toEqual({ bids: [99, 1], asks: [101, 1] });
  });

  it('anchors an instrument at its first price and the volume known by then', () => {
    const { engine } = listenedEngine();
    engine.onEvent(statistics(0, T, { volume: 500 }));
    engine.onEvent(quote(0, T, NaN, NaN, 101, 1));
    engine.onEvent(trade(0, T, 555, 1));
    engine.dictionary.seal();
    expect(engine.dictionary.entry(instrumentId(0))).toMatchObject({
      referencePrice: 101,
      referenceVolume: 500,
    });
    expect(engine.dictionary.open(instrumentId(0))).toBe(555);
  });

  it('stamps a change above every version that was sealed before it', () => {
    const { engine } = listenedEngine();
    engine.onEvent(trade(0, T, 100, 5));
    const before = engine.versions.seal(unixUs(T + 5_000));
    expect(engine.state.version(0)).toBeLessThanOrEqual(before);
    engine.onEvent(trade(0, T, 101, 5));
    expect(engine.state.version(0)).toBeGreaterThan(before);
  });

  it('keeps values, trades and bars when it counts anew, and nothing when it is reset', () => {
    const { engine } = listenedEngine();
    engine.versions.seal(unixUs(T + 90_000));
    engine.onEvent(trade(0, T, 100, 5));
    engine.renumber(unixUs(T + 91_000));
    expect([engine.state.version(0), engine.trades.firstSeqAfter(0, 1)]).toEqual([1, 2]);
    expect(engine.bars.startOfChangeAfter(60, 0, 1)).toBe(-1);
    expect(engine.bars.startOfChangeAfter(60, 0, 0)).toBeGreaterThan(0);
    engine.reset(unixUs(T + 92_000));
    expect([engine.state.version(0), engine.trades.newestSeq(0), engine.state.columns.last[0]]).toEqual([
      0,
      0,
      NaN,
    ]);
    expect(engine.bars.range(60, 0, 0, Infinity, 9)).toEqual([]);
    expect(engine.dictionary.find('test:A')).toBe(0);
  });
});

describe('an instrument that is defined anew', () => {
  it('with another name keeps its values and says nothing of them', () => {
    const { engine, told } = listenedEngine();
    engine.onEvent(trade(0, T, 100, 5));
    told.length = 0;
    expect(engine.define(instrument('A', { name: 'Alpha' }))).toBe(0);
    expect(told).toEqual([]);
    expect(engine.state.columns.last[0]).toBe(100);
  });

  it('with a finer tick and lot has all its values in the new units', () => {
    const { engine, told } = listenedEngine();
    engine.onEvent(trade(0, T, 100, 5));
    engine.onEvent(book(0, T, true, [99, 1], [101, 2]));
    engine.dictionary.seal();
    told.length = 0;
    engine.define(instrument('A', { tick: { units: 1, decimals: 3 }, lot: { units: 5, decimals: 3 } }));
    const { columns } = engine.state;
    expect([columns.last[0], columns.high[0], columns.bid[0], columns.ask[0]]).toEqual([
      1_000, 1_000, 990, 1_010,
    ]);
    expect([columns.lastSize[0], columns.volume[0], columns.askSize[0]]).toEqual([10, 10, 4]);
    expect(engine.state.bookLevels(instrumentId(0))).toEqual({ bids: [990, 2], asks: [1_010, 4] });
    expect(engine.bars.range(60, 0, 0, Infinity, 9)).toMatchObject([
      { open: 1_000, close: 1_000, volume: 10 },
    ]);
    expect(engine.trades.since(0, 1, 9).trades).toMatchObject([{ price: 1_000, size: 10 }]);
    expect(engine.dictionary.seal()).toEqual({ entries: [0], references: [], isUrgent: true });
    expect(engine.dictionary.entry(instrumentId(0))).toMatchObject({ referencePrice: 1_000, open: 1_000 });
    expect(told).toContainEqual(['quote', 0, ALL_BITS]);
    expect(told).toContainEqual(['book', 0]);
    expect(told.filter(([what]) => what === 'bar')).toHaveLength(7);
  });

  it('with units in which the old values are no whole numbers drops them, rather than show them wrong', () => {
    const { engine } = listenedEngine();
    engine.onEvent(trade(0, T, 101, 5));
    engine.onEvent(book(0, T, true, [99, 1], [101, 2]));
    engine.define(instrument('A', { tick: { units: 25, decimals: 2 } }));
    const { columns } = engine.state;
    expect([columns.last[0], columns.bid[0], columns.low[0], columns.volume[0]]).toEqual([NaN, NaN, NaN, 5]);
    expect(engine.state.bookLevels(instrumentId(0))).toBeUndefined();
    expect(engine.bars.range(60, 0, 0, Infinity, 9)).toEqual([]);
    expect(engine.trades.since(0, 1, 9)).toEqual({ firstSeq: 2, trades: [] });
    expect(engine.counters.get('units_changed')).toBe(1);
    engine.onEvent(trade(0, T, 4, 1));
    engine.dictionary.seal();
    expect(engine.dictionary.entry(instrumentId(0))).toMatchObject({ referencePrice: 4, open: 4 });
  });
});
