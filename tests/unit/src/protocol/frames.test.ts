import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_BITS,
  BAR_BYTES_MAX,
  BAR_NUMBERS,
  BIT_ASK,
  BIT_BID,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  BinaryNumbers,
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_HEAD_BYTES_MAX,
  FRAME_HEAD_NUMBERS,
  FRAME_TRADES,
  FrameError,
  ListNumbers,
  NUMBER_BYTES_MAX,
  QUOTE_BYTES_MAX,
  VALUES_OF_BITS,
  WHOLE_QUOTE_HEAD_BYTES_MAX,
  WHOLE_QUOTE_TAIL_BYTES_MAX,
  bookEntryNumbers,
  dataFrameToJson,
  readBars,
  readBooks,
  readFrameHead,
  readQuotes,
  readTrades,
  tradesEntryBytesMax,
  tradesEntryNumbers,
  writeBar,
  writeBook,
  writeFrameHead,
  writeQuote,
  writeTradeAge,
  writeTrades,
  writeWholeQuoteHead,
  writeWholeQuoteTail,
  type NumberSource,
  type QuoteColumns,
  type ReferenceColumns,
  type WireBar,
  type WireTrade,
} from '#protocol';

const CAPACITY = 300;
const TIME_US = 1_721_300_000_123_456;
const FIELDS = [
  'lastSize',
  'volume',
  'tradeTimeUs',
  'last',
  'bid',
  'bidSize',
  'ask',
  'askSize',
  'high',
  'low',
] as const;

const emptyColumns = (): QuoteColumns =>
  Object.fromEntries(
    FIELDS.map((field) => [field, new Float64Array(CAPACITY).fill(Number.NaN)]),
  ) as unknown as QuoteColumns;
const emptyReference = (): ReferenceColumns => ({
  price: new Float64Array(CAPACITY),
  volume: new Float64Array(CAPACITY),
});

const ticks = fc.integer({ min: -1e12, max: 1e12 });
const absentOr = (value: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
const lots = fc.integer({ min: 0, max: 2 ** 50 });
const ids = fc.integer({ min: 0, max: CAPACITY - 1 });

interface Quote {
  id: number;
  bits: number;
  reference: { price: number; volume: number };
  values: Record<(typeof FIELDS)[number], number>;
}

const quotes: fc.Arbitrary<Quote[]> = fc.uniqueArray(
  fc.record({
    id: ids,
    bits: fc.integer({ min: 0, max: ALL_BITS }),
    reference: fc.record({ price: ticks, volume: lots }),
    values: fc.record({
      lastSize: absentOr(lots),
      volume: absentOr(lots),
      tradeTimeUs: absentOr(fc.integer({ min: TIME_US - 4e12, max: TIME_US + 2e12 })),
      last: absentOr(ticks),
      bid: absentOr(ticks),
      bidSize: absentOr(lots),
      ask: absentOr(ticks),
      askSize: absentOr(lots),
      high: absentOr(ticks),
      low: absentOr(ticks),
    }),
  }),
  { selector: ({ id }) => id, maxLength: 20 },
);

function filledColumns(entries: readonly Quote[], reference: ReferenceColumns): QuoteColumns {
  const columns = emptyColumns();
  for (const {
    id,
    reference: { price, volume },
    values,
  } of entries) {
    reference.price[id] = price;
    reference.volume[id] = volume;
    for (const field of FIELDS) columns[field][id] = values[field];
  }
  return columns;
}

function writtenQuotes(entries: readonly Quote[], reference: ReferenceColumns): Uint8Array {
  const columns = filledColumns(entries, reference);
  const numbers = entries.reduce((sum, { bits }) => sum + 2 + VALUES_OF_BITS[bits]!, 0);
  const out = new Uint8Array(FRAME_HEAD_BYTES_MAX + entries.length * QUOTE_BYTES_MAX);
  let at = writeFrameHead(out, 0, FRAME_DELTA, 7, 3, numbers);
  for (const { id, bits } of entries) {
    const before = at;
    at = writeQuote(out, at, id, bits, columns, reference, TIME_US);
    expect(at - before).toBeLessThanOrEqual(QUOTE_BYTES_MAX);
  }
  return out.slice(0, at);
}

/** The time that a trade's age in whole milliseconds stands for. */
const ageRounded = (timeUs: number): number =>
  TIME_US - Math.max(-(2 ** 31), Math.min(2 ** 32 - 1, Math.floor((TIME_US - timeUs) / 1000))) * 1000;

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

describe('quotes', () => {
  it('[DL1] have a number of values that follows from the bits alone', () => {
    expect(VALUES_OF_BITS).toHaveLength(ALL_BITS + 1);
    expect([0, BIT_TRADE, BIT_LAST, BIT_RANGE, ALL_BITS].map((bits) => VALUES_OF_BITS[bits])).toEqual([
      0, 3, 1, 2, 10,
    ]);
  });

  it('[DL1] [DL3] [DL5] [DL6] return as they were written, for any bits and values, in both forms', () => {
    fc.assert(
      fc.property(quotes, (entries) => {
        const reference = emptyReference();
        const frame = writtenQuotes(entries, reference);
        for (const source of forms(frame)) {
          const columns = emptyColumns();
          const seen: [number, number][] = [];
          expect(readFrameHead(source)).toEqual({ kind: FRAME_DELTA, asOf: 7, generation: 3 });
          readQuotes(source, columns, reference, TIME_US, CAPACITY, (id, bits) => seen.push([id, bits]));
          expect(seen).toEqual(entries.map(({ id, bits }) => [id, bits]));
          for (const { id, bits, values } of entries) {
            const expected: Record<string, number> = {};
            const keep = (bit: number, ...fields: (typeof FIELDS)[number][]): void => {
              for (const field of fields) expected[field] = bits & bit ? values[field] : Number.NaN;
            };
            keep(1, 'lastSize', 'volume', 'tradeTimeUs');
            keep(2, 'last');
            keep(4, 'bid');
            keep(8, 'bidSize');
            keep(16, 'ask');
            keep(32, 'askSize');
            keep(64, 'high', 'low');
            expected['tradeTimeUs'] = ageRounded(expected['tradeTimeUs']!);
            expect(Object.fromEntries(FIELDS.map((field) => [field, columns[field][id]]))).toEqual(expected);
          }
        }
      }),
    );
  });

  it('[NU4] change nothing when a frame is applied twice', () => {
    fc.assert(
      fc.property(quotes, (entries) => {
        const reference = emptyReference();
        const frame = writtenQuotes(entries, reference);
        const once = emptyColumns();
        const apply = (): void => {
          const source = new BinaryNumbers(frame);
          readFrameHead(source);
          readQuotes(source, once, reference, TIME_US, CAPACITY, () => {});
        };
        apply();
        const after = structuredClone(once);
        apply();
        expect(once).toEqual(after);
      }),
      { numRuns: 20 },
    );
  });

  it('[DL2] leave fields without a bit as they were', () => {
    const columns = emptyColumns();
    columns.bid[1] = 99;
    readQuotes(new ListNumbers([1, BIT_LAST, 5]), columns, emptyReference(), TIME_US, CAPACITY, () => {});
    expect([columns.last[1], columns.bid[1]]).toEqual([5, 99]);
  });

  it('[DL3] make a value unknown again by nil', () => {
    const columns = emptyColumns();
    columns.bid[1] = 99;
    readQuotes(new ListNumbers([1, BIT_BID, null]), columns, emptyReference(), TIME_US, CAPACITY, () => {});
    expect(columns.bid[1]).toBeNaN();
  });

  it('[DL6] hold the age of a trade within 32 bits', () => {
    const columns = emptyColumns();
    columns.tradeTimeUs.set([TIME_US - 2 ** 32 * 1000 - 5000, TIME_US + 2 ** 31 * 1000 + 5000]);
    const out = new Uint8Array(2 * QUOTE_BYTES_MAX);
    let at = 1;
    for (const id of [0, 1]) at = writeQuote(out, at, id, BIT_TRADE, columns, emptyReference(), TIME_US);
    out[0] = 0x90 | 10;
    expect(JSON.parse(dataFrameToJson(out.slice(0, at)))).toEqual([
      0,
      1,
      null,
      null,
      0xff_ff_ff_ff,
      1,
      1,
      null,
      null,
      -0x80_00_00_00,
    ]);
  });

  it('[DL4] of all fields may be written in two parts around the age, byte for byte the same', () => {
    fc.assert(
      fc.property(quotes, (entries) => {
        const reference = emptyReference();
        const columns = filledColumns(entries, reference);
        const whole = new Uint8Array(QUOTE_BYTES_MAX);
        const parts = new Uint8Array(QUOTE_BYTES_MAX);
        for (const { id } of entries) {
          const length = writeQuote(whole, 0, id, ALL_BITS, columns, reference, TIME_US);
          const headEnd = writeWholeQuoteHead(parts, 0, id, columns, reference);
          const tailStart = writeTradeAge(parts, headEnd, TIME_US - columns.tradeTimeUs[id]!);
          const end = writeWholeQuoteTail(parts, tailStart, id, columns, reference);
          expect(headEnd).toBeLessThanOrEqual(WHOLE_QUOTE_HEAD_BYTES_MAX);
          expect(end - tailStart).toBeLessThanOrEqual(WHOLE_QUOTE_TAIL_BYTES_MAX);
          expect(parts.slice(0, end)).toEqual(whole.slice(0, length));
        }
      }),
    );
  });

  it.each([
    ['an id that the dictionary never named', [CAPACITY, 0]],
    ['a negative id', [-1, 0]],
    ['a fractional id', [0.5, 0]],
    ['an unknown id', [null, 0]],
    ['bits above 127', [0, 128]],
    ['negative bits', [0, -1]],
    ['fractional bits', [0, 2.5]],
    ['unknown bits', [0, null]],
    ['an entry that is cut off', [0, BIT_ASK]],
    ['an id without bits', [0]],
  ])('[NU5] are refused with %s, and the rest is not applied', (_what, numbers) => {
    const columns = emptyColumns();
    const seen: number[] = [];
    const source = new ListNumbers([7, BIT_LAST, 5, ...numbers]);
    expect(() =>
      readQuotes(source, columns, emptyReference(), TIME_US, CAPACITY, (id) => seen.push(id)),
    ).toThrow(FrameError);
    expect(seen).toEqual([7]);
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
