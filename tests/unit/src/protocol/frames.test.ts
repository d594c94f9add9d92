import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BAR_BYTES_MAX,
  BAR_NUMBERS,
  BinaryNumbers,
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_HEAD_BYTES_MAX,
  FRAME_HEAD_NUMBERS,
  FRAME_TRADES,
  FrameError,
  ListNumbers,
  NUMBER_BYTES_MAX,
  bookEntryNumbers,
  dataFrameToJson,
  readBars,
  readBooks,
  readFrameHead,
  readTrades,
  tradesEntryBytesMax,
  tradesEntryNumbers,
  writeBar,
  writeBook,
  writeFrameHead,
  writeTrades,
  type NumberSource,
  type ReferenceColumns,
  type WireBar,
  type WireTrade,
} from '#protocol';

const CAPACITY = 300;
const TIME_US = 1_721_300_000_123_456;
const emptyReference = (): ReferenceColumns => ({
  price: new Float64Array(CAPACITY),
  volume: new Float64Array(CAPACITY),
});

const ticks = fc.integer({ min: -1e12, max: 1e12 });
const lots = fc.integer({ min: 0, max: 2 ** 50 });
const ids = fc.integer({ min: 0, max: CAPACITY - 1 });

/** Both forms of a data frame. */
const forms = (frame: Uint8Array): NumberSource[] => [
  new BinaryNumbers(frame),
  new ListNumbers(JSON.parse(dataFrameToJson(frame)) as unknown[]),
];

describe('the head', () => {
  it('[NU2] returns as it was written, however large', () => {
    for (const [asOf, generation] of [
      [0, 0],
      [0xff_ff_ff_ff, 0xff_ff_ff_ff],
      [86_400_000, 12],
    ] as const) {
      const out = new Uint8Array(FRAME_HEAD_BYTES_MAX);
      const at = writeFrameHead(out, 0, FRAME_BOOK, asOf, generation, 0);
      const source = new BinaryNumbers(out.slice(0, at));
      expect(source.left).toBe(FRAME_HEAD_NUMBERS);
      expect(readFrameHead(source)).toEqual({ kind: FRAME_BOOK, asOf, generation });
    }
  });

  it('[NU5] is refused when it is cut off', () => {
    expect(() => readFrameHead(new ListNumbers([1, 2]))).toThrow(FrameError);
  });
});

describe('trades', () => {
  const trade: fc.Arbitrary<WireTrade> = fc.record({
    venueTimeUs: fc.integer({ min: TIME_US - 1e12, max: TIME_US + 1e12 }),
    price: ticks,
    size: lots,
    aggressor: fc.constantFrom(0 as const, 1 as const, 2 as const),
  });
  const runs = fc.array(
    fc.record({
      id: ids,
      firstSeq: fc.integer({ min: 1, max: 1e9 }),
      price: ticks,
      trades: fc.array(trade, { maxLength: 8 }),
    }),
    { maxLength: 8 },
  );

  it('[TR1] [TR2] return exactly, to the microsecond, in both forms', () => {
    fc.assert(
      fc.property(runs, (entries) => {
        const reference = emptyReference();
        for (const { id, price } of entries) reference.price[id] = price;
        const numbers = entries.reduce((sum, entry) => sum + tradesEntryNumbers(entry.trades.length), 0);
        const bytes = entries.reduce((sum, entry) => sum + tradesEntryBytesMax(entry.trades.length), 0);
        const out = new Uint8Array(FRAME_HEAD_BYTES_MAX + bytes);
        let at = writeFrameHead(out, 0, FRAME_TRADES, 1, 1, numbers);
        for (const { id, firstSeq, trades } of entries)
          at = writeTrades(out, at, id, firstSeq, trades, reference.price[id]!, TIME_US);
        const expected = entries.flatMap(({ id, firstSeq, trades }) =>
          trades.map((one, index) => ({ id, seq: firstSeq + index, ...one })),
        );
        for (const source of forms(out.slice(0, at))) {
          readFrameHead(source);
          const seen: unknown[] = [];
          readTrades(source, reference, TIME_US, CAPACITY, (id, seq, venueTimeUs, price, size, aggressor) =>
            seen.push({ id, seq, venueTimeUs, price, size, aggressor }),
          );
          expect(seen).toEqual(expected);
        }
      }),
    );
  });

  it('[TR1] have an unknown aggressor when its number is none of ours', () => {
    const seen: number[] = [];
    const source = new ListNumbers([0, 1, 3, 0, 0, 1, 9, 0, 0, 1, null, 0, 0, 1, 2]);
    readTrades(source, emptyReference(), TIME_US, CAPACITY, (...trade) => seen.push(trade[5]));
    expect(seen).toEqual([0, 0, 2]);
  });

  it.each([
    ['a count that the frame does not hold', [0, 1, 3, 0, 0, 1, 1]],
    ['a huge count', [0, 1, 1e300]],
    ['a negative count', [0, 1, -1]],
    ['a fractional count', [0, 1, 0.5, 0, 0, 1, 1]],
    ['an unknown count', [0, 1, null]],
    ['an id that the dictionary never named', [CAPACITY, 1, 0]],
    ['a head that is cut off', [0, 1]],
  ])('[NU5] are refused with %s, before any trade of the entry is taken', (_what, numbers) => {
    const seen: number[] = [];
    expect(() =>
      readTrades(new ListNumbers(numbers), emptyReference(), TIME_US, CAPACITY, (id) => seen.push(id)),
    ).toThrow(FrameError);
    expect(seen).toEqual([]);
  });
});

describe('bars', () => {
  const bar = fc
    .record({
      start: fc.integer({ min: 0, max: 3e7 }),
      open: ticks,
      up: lots,
      down: lots,
      close: ticks,
      volume: lots,
    })
    .map(({ start, open, up, down, close, volume }): WireBar => {
      return { startS: start * 60, open, high: open + up, low: open - down, close, volume };
    });

  it('[BA1] return as they were written, in both forms', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: ids, price: ticks, bar }), { maxLength: 10 }), (entries) => {
        const reference = emptyReference();
        for (const { id, price } of entries) reference.price[id] = price;
        const out = new Uint8Array(FRAME_HEAD_BYTES_MAX + NUMBER_BYTES_MAX + entries.length * BAR_BYTES_MAX);
        let at = writeFrameHead(out, 0, FRAME_BARS, 1, 1, 1 + entries.length * BAR_NUMBERS, [60]);
        for (const entry of entries)
          at = writeBar(out, at, entry.id, 60, entry.bar, reference.price[entry.id]!);
        for (const source of forms(out.slice(0, at))) {
          readFrameHead(source);
          const seen: unknown[] = [];
          readBars(source, reference, CAPACITY, (id, intervalS, startS, open, high, low, close, volume) =>
            seen.push({ id, intervalS, startS, open, high, low, close, volume }),
          );
          expect(seen).toEqual(entries.map((entry) => ({ id: entry.id, intervalS: 60, ...entry.bar })));
        }
      }),
    );
  });

  it.each([
    ['no interval', []],
    ['an interval of zero', [0]],
    ['an unknown interval', [null]],
    ['a bar that is cut off', [60, 0, 1, 2, 3]],
    ['an id that the dictionary never named', [60, CAPACITY, 1, 2, 3, 4, 5, 6]],
  ])('[NU5] are refused with %s', (_what, numbers) => {
    const seen: number[] = [];
    expect(() =>
      readBars(new ListNumbers(numbers), emptyReference(), CAPACITY, (id) => seen.push(id)),
    ).toThrow(FrameError);
    expect(seen).toEqual([]);
  });
});

describe('books', () => {
  const levels = fc.array(fc.tuple(ticks, lots), { maxLength: 10 }).map((pairs) => pairs.flat());

  it('[BO1] [BO2] return as they were written, in both forms', () => {
    const entry = fc.record({ id: ids, price: ticks, whole: fc.boolean(), bids: levels, asks: levels });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const reference = emptyReference();
        for (const { id, price } of entries) reference.price[id] = price;
        const numbers = entries.reduce(
          (sum, one) => sum + bookEntryNumbers(one.bids.length, one.asks.length),
          0,
        );
        const out = new Uint8Array(FRAME_HEAD_BYTES_MAX + numbers * NUMBER_BYTES_MAX);
        let at = writeFrameHead(out, 0, FRAME_BOOK, 1, 1, numbers);
        for (const { id, whole, bids, asks } of entries)
          at = writeBook(out, at, id, whole, bids, asks, reference.price[id]!);
        for (const source of forms(out.slice(0, at))) {
          readFrameHead(source);
          const seen: unknown[] = [];
          readBooks(source, reference, CAPACITY, (id, whole, bids, asks) =>
            seen.push({ id, whole, bids, asks }),
          );
          expect(seen).toEqual(entries.map(({ id, whole, bids, asks }) => ({ id, whole, bids, asks })));
        }
      }),
    );
  });

  it.each([
    ['more bid levels than the frame holds', [0, 1, 2, 0, 5, 5]],
    ['more ask levels than the frame holds', [0, 1, 0, 1, 5]],
    ['a negative number of levels', [0, 1, -1, 0]],
    ['an unknown number of levels', [0, 1, null, 0]],
    ['an id that the dictionary never named', [CAPACITY, 1, 0, 0]],
  ])('[NU5] are refused with %s', (_what, numbers) => {
    const seen: number[] = [];
    expect(() =>
      readBooks(new ListNumbers(numbers), emptyReference(), CAPACITY, (id) => seen.push(id)),
    ).toThrow(FrameError);
    expect(seen).toEqual([]);
  });
});
