import { AGGRESSOR_BUY, InvariantError, LIMITS, type MarketEvent } from '#protocol';
import { describe, expect, it } from 'vitest';
import { createSimulation } from '../../../../../server/feeds/simulated/simulation.ts';
import { EventDigest, EventLog } from './event-log.ts';

/** 2026-10-01T13:37:12.345678Z: on no boundary of any interval. */
const START_US = 1_790_861_832_345_678;
const SECOND_US = 1_000_000;

function digestOf(seed: number, advance: (step: (untilUs: number) => void) => void): string {
  const simulation = createSimulation({ seed, symbols: 60, eventsPerSecond: 2_000, startTimeUs: START_US });
  const digest = new EventDigest();
  simulation.emitFirst(digest);
  advance((untilUs) => simulation.advance(untilUs, digest));
  return digest.hex();
}

function allWhole(...values: number[]): boolean {
  return values.every((value) => Number.isSafeInteger(value) && value > 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(left: readonly number[], right: readonly number[]): number {
  const [leftMean, rightMean] = [meanOf(left), meanOf(right)];
  let both = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  left.forEach((value, at) => {
    both += (value - leftMean) * (right[at]! - rightMean);
    leftSquares += (value - leftMean) ** 2;
    rightSquares += (right[at]! - rightMean) ** 2;
  });
  return both / Math.sqrt(leftSquares * rightSquares);
}

function kurtosis(values: readonly number[]): number {
  return meanOf(values.map((value) => value ** 4)) / meanOf(values.map((value) => value ** 2)) ** 2;
}

describe('a simulation is deterministic', () => {
  const whole = digestOf(5, (step) => step(START_US + 5 * SECOND_US));

  it('makes the same events again from the same options', () => {
    expect(digestOf(5, (step) => step(START_US + 5 * SECOND_US))).toBe(whole);
  });

  it('makes the same events in steps of any size, empty and backward ones included', () => {
    const sizes = [10_000, 1, 137, 250_000, 0, 999_999, -5_000, 33_333];
    const sliced = digestOf(5, (step) => {
      const endUs = START_US + 5 * SECOND_US;
      let atUs = START_US;
      for (let turn = 0; atUs < endUs; turn += 1) {
        atUs = Math.min(endUs, atUs + sizes[turn % sizes.length]!);
        step(atUs);
      }
    });
    expect(sliced).toBe(whole);
  });

  it('makes other events from another seed, also when only the high bits of the seed differ', () => {
    const others = [6, -5, 5 + 2 ** 40].map((seed) => digestOf(seed, (step) => step(START_US + SECOND_US)));
    const first = digestOf(5, (step) => step(START_US + SECOND_US));
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('continues after skipped time with the events that were due', () => {
    const run = (skipUs: number): string[] => {
      const simulation = createSimulation({
        seed: 1,
        symbols: 5,
        eventsPerSecond: 200,
        startTimeUs: START_US,
      });
      const log = new EventLog();
      simulation.advance(START_US + SECOND_US, log);
      simulation.skip(skipUs);
      simulation.advance(START_US + skipUs + 2 * SECOND_US, log);
      return log.events.map((event) => {
        const skipped = event.venueTimeUs > START_US + SECOND_US ? skipUs : 0;
        return `${event.venueTimeUs - skipped} ${event.type} ${event.instrument}`;
      });
    };
    expect(run(600 * SECOND_US)).toEqual(run(0));
  });
});

describe('a simulated event', () => {
  it('keeps every price, size and book level sound over two days of four hundred instruments', () => {
    const simulation = createSimulation({ seed: 9, symbols: 400, eventsPerSecond: 3, startTimeUs: START_US });
    const faults: string[] = [];
    const quotes = new Map<number, { bid: number; ask: number; bidSize: number; askSize: number }>();
    let lastUs = 0;
    const check = (event: MarketEvent): string | null => {
      if (event.venueTimeUs < lastUs || event.receiveTimeUs !== event.venueTimeUs) return 'time went back';
      lastUs = event.venueTimeUs;
      const quote = quotes.get(event.instrument);
      switch (event.type) {
        case 'quote': {
          const { bid, ask, bidSize, askSize } = event;
          quotes.set(event.instrument, { bid, ask, bidSize, askSize });
          if (!allWhole(bid, ask, bidSize, askSize)) return 'a quote is not whole and positive';
          return bid < ask ? null : 'a quote is crossed';
        }
        case 'trade': {
          if (!allWhole(event.price, event.size)) return 'a trade is not whole and positive';
          const expected = event.aggressor === AGGRESSOR_BUY ? quote!.ask : quote!.bid;
          return event.price === expected ? null : 'a trade prints away from the best price';
        }
        case 'book': {
          const { bids, asks } = event;
          if (!event.snapshot) return 'a book is no snapshot';
          if (bids.length !== 2 * LIMITS.bookLevelsMax || asks.length !== bids.length)
            return 'levels are missing';
          if (!allWhole(...bids, ...asks)) return 'a level is not whole and positive';
          for (let at = 2; at < bids.length; at += 2)
            if (bids[at]! >= bids[at - 2]! || asks[at]! <= asks[at - 2]!) return 'levels are out of order';
          return bids[0] === quote!.bid &&
            bids[1] === quote!.bidSize &&
            asks[0] === quote!.ask &&
            asks[1] === quote!.askSize
            ? null
            : 'the best level is not the quote';
        }
        case 'statistics':
          return allWhole(event.open, event.high, event.low, event.volume) &&
            event.low <= event.open &&
            event.open <= event.high
            ? null
            : 'statistics contradict themselves';
        default:
          return 'an event of a type that is not offered';
      }
    };
    const sink = {
      onEvent(event: MarketEvent): void {
        const fault = check(event);
        if (fault !== null && faults.length < 5) faults.push(`${fault}: ${JSON.stringify(event)}`);
      },
    };
    simulation.emitFirst(sink);
    const firstBids = new Map([...quotes].map(([instrument, quote]) => [instrument, quote.bid]));
    simulation.advance(START_US + 2 * 86_400 * SECOND_US, sink);
    expect(faults).toEqual([]);
    for (const [instrument, quote] of quotes) {
      const move = quote.bid / firstBids.get(instrument)!;
      expect(move).toBeGreaterThan(0.5);
      expect(move).toBeLessThan(2);
    }
  });

  it('comes as statistics, quote, book and trade for each instrument at the start, the trade at the price of the history', () => {
    const simulation = createSimulation({ seed: 2, symbols: 3, eventsPerSecond: 100, startTimeUs: START_US });
    const log = new EventLog();
    simulation.emitFirst(log);
    expect(log.events.map((event) => `${event.instrument} ${event.type}`)).toEqual(
      [0, 1, 2].flatMap((index) =>
        ['statistics', 'quote', 'book', 'trade'].map((type) => `${index} ${type}`),
      ),
    );
    expect(log.events.every((event) => event.venueTimeUs === START_US)).toBe(true);
    log.events.forEach((event) => {
      if (event.type !== 'trade') return;
      expect(event.price).toBe(simulation.history(event.instrument, 60, Infinity, 1)[0]!.close);
    });
  });

  it('carries the id that the sink gave to its instrument', () => {
    const simulation = createSimulation({ seed: 2, symbols: 3, eventsPerSecond: 100, startTimeUs: START_US });
    const log = new EventLog(70);
    expect(simulation.define(log)).toEqual([70, 69, 68]);
    simulation.advance(START_US + SECOND_US, log);
    expect(new Set(log.events.map((event) => event.instrument))).toEqual(new Set([70, 69, 68]));
  });
});

describe('the flow of simulated events', () => {
  const counts = { quote: 0, trade: 0, book: 0, statistics: 0, bar: 0 };
  const tenths = new Float64Array(300);
  const perInstrument = new Float64Array(40);
  const simulation = createSimulation({
    seed: 4,
    symbols: 40,
    eventsPerSecond: 2_000,
    startTimeUs: START_US,
  });
  simulation.advance(START_US + 30 * SECOND_US, {
    onEvent(event) {
      counts[event.type] += 1;
      perInstrument[event.instrument]! += 1;
      if (event.instrument === 4) tenths[Math.floor((event.venueTimeUs - START_US) / 100_000)]! += 1;
    },
  });
  const total = counts.quote + counts.trade + counts.book;

  it.each([
    [5, 20],
    [40, 500],
    [40, 20_000],
    [3_000, 5_000],
  ])('keeps the rate of %i instruments at %i events a second within a tenth', (symbols, eventsPerSecond) => {
    const seconds = Math.max(30, 20_000 / eventsPerSecond);
    const run = createSimulation({ seed: 1, symbols, eventsPerSecond, startTimeUs: START_US });
    const emitted = run.advance(START_US + seconds * SECOND_US, { onEvent() {} });
    expect(emitted / (eventsPerSecond * seconds)).toBeGreaterThan(0.9);
    expect(emitted / (eventsPerSecond * seconds)).toBeLessThan(1.1);
  });

  it('is about 55 % quotes, 30 % trades and 15 % books', () => {
    expect(counts.quote / total).toBeCloseTo(0.55, 1);
    expect(counts.trade / total).toBeCloseTo(0.3, 1);
    expect(counts.book / total).toBeCloseTo(0.15, 1);
  });

  it('has the book of each instrument at the prices of its quote, at every instant', () => {
    const run = createSimulation({ seed: 3, symbols: 40, eventsPerSecond: 500, startTimeUs: START_US });
    const best = run.definitions.map(() => ({ quote: '', book: '', timeUs: 0 }));
    let apart = 0;
    const sink = {
      onEvent(event: MarketEvent): void {
        const own = best[event.instrument]!;
        // What comes at one instant belongs together.
        if (event.venueTimeUs !== own.timeUs && own.quote !== own.book) apart += 1;
        own.timeUs = event.venueTimeUs;
        if (event.type === 'quote') own.quote = `${event.bid}/${event.ask}`;
        if (event.type === 'book') own.book = `${event.bids[0]}/${event.asks[0]}`;
      },
    };
    run.emitFirst(sink);
    run.advance(START_US + 60 * SECOND_US, sink);
    expect(apart).toBe(0);
  });

  it('is busiest in the first instruments', () => {
    expect(perInstrument[0]! / total).toBeGreaterThan(0.15);
    expect(perInstrument[0]!).toBeGreaterThan(5 * perInstrument[30]!);
    expect(Math.min(...perInstrument)).toBeGreaterThan(0);
  });

  it('comes in bursts: counts of a tenth of a second vary far more than by chance', () => {
    const mean = tenths.reduce((sum, count) => sum + count, 0) / tenths.length;
    const variance = tenths.reduce((sum, count) => sum + (count - mean) ** 2, 0) / tenths.length;
    expect(variance / mean).toBeGreaterThan(1.8);
  });
});

describe('the volume of a simulation', () => {
  const MINUTES = 180;
  const perMinute = Array.from({ length: 40 }, () => new Float64Array(MINUTES));
  const options = { seed: 5, symbols: 40, eventsPerSecond: 400, startTimeUs: START_US };
  const simulation = createSimulation(options);
  simulation.advance(START_US + MINUTES * 60 * SECOND_US - 1, {
    onEvent(event) {
      if (event.type !== 'trade') return;
      perMinute[event.instrument]![Math.floor((event.venueTimeUs - START_US) / (60 * SECOND_US))]! +=
        event.size;
    },
  });
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

  it('has calm and busy minutes, as the past has', () => {
    for (const index of [0, 5, 20]) {
      const past = simulation.history(index, 60, Infinity, MINUTES).map((bar) => bar.volume);
      for (const volumes of [[...perMinute[index]!], past]) {
        const mean = sum(volumes) / volumes.length;
        const deviation = Math.sqrt(sum(volumes.map((volume) => (volume - mean) ** 2)) / volumes.length);
        expect(deviation / mean).toBeGreaterThan(0.4);
        expect(deviation / mean).toBeLessThan(2);
      }
    }
  });

  it('goes on where the past ends', () => {
    const ratios = simulation.definitions.map((_, index) => {
      const past = sum(simulation.history(index, 60, Infinity, 121).map((bar) => bar.volume));
      return sum(perMinute[index]!) / MINUTES / (past / 120);
    });
    const sorted = ratios.toSorted((left, right) => left - right);
    expect(sorted[20]!).toBeGreaterThan(0.8);
    expect(sorted[20]!).toBeLessThan(1.25);
    expect(sorted[0]!).toBeGreaterThan(0.4);
    expect(sorted.at(-1)!).toBeLessThan(2.5);
  });
});

describe('simulated prices', () => {
  const SECONDS = 3_600;
  const simulation = createSimulation({
    seed: 8,
    symbols: 40,
    eventsPerSecond: 1_000,
    startTimeUs: START_US,
  });
  const indexOf = (symbol: string): number =>
    simulation.definitions.findIndex((definition) => definition.symbol === symbol);
  const mids = new Float64Array(40);
  const log: Float64Array[] = [];
  const sink = {
    onEvent(event: MarketEvent): void {
      if (event.type === 'quote') mids[event.instrument] = (event.bid + event.ask) / 2;
    },
  };
  simulation.emitFirst(sink);
  for (let second = 1; second <= SECONDS; second += 1) {
    simulation.advance(START_US + second * SECOND_US, sink);
    if (second % 10 === 0) log.push(Float64Array.from(mids, Math.log));
  }
  const returnsOf = (index: number): number[] =>
    log.slice(1).map((prices, at) => prices[index]! - log[at]![index]!);

  const between = (left: string, right: string): number =>
    correlation(returnsOf(indexOf(left)), returnsOf(indexOf(right)));

  it('move together within crypto', () => {
    expect(between('BTC-USD', 'ETH-USD')).toBeGreaterThan(0.3);
    expect(between('BTC-USD', 'SOL-USD')).toBeGreaterThan(0.3);
    expect(between('ETH-USD', 'SOL-USD')).toBeGreaterThan(0.3);
  });

  it('move closely together in two funds on the same market', () => {
    expect(between('ES', 'SPY')).toBeGreaterThan(0.6);
  });

  it('move against each other where the market would', () => {
    expect(between('EUR/USD', 'USD/CHF')).toBeLessThan(-0.2);
    expect(between('VIX', 'ES')).toBeLessThan(-0.1);
  });

  it('have fatter tails than the normal distribution', () => {
    const returns = simulation.definitions.slice(0, 12).map((_, index) => returnsOf(index));
    expect(Math.max(...returns.map(kurtosis))).toBeGreaterThan(6);
  });
});

describe('simulation options', () => {
  it.each([
    ['a rate of nothing', { eventsPerSecond: 0 }],
    ['a rate that is no number', { eventsPerSecond: Number.NaN }],
    ['a rate above the greatest', { eventsPerSecond: 200_001 }],
    ['a seed with a fraction', { seed: 0.5 }],
    ['more symbols than there are', { symbols: 10_001 }],
  ])('refuse %s', (_, wrong) => {
    const options = { seed: 1, symbols: 2, eventsPerSecond: 10, startTimeUs: START_US, ...wrong };
    expect(() => createSimulation(options)).toThrow(InvariantError);
  });
});
