import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_BITS,
  BIT_ASK,
  BIT_BID,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  BinaryNumbers,
  FRAME_DELTA,
  FRAME_HEAD_BYTES_MAX,
  FrameError,
  ListNumbers,
  QUOTE_BYTES_MAX,
  VALUES_OF_BITS,
  WHOLE_QUOTE_HEAD_BYTES_MAX,
  WHOLE_QUOTE_TAIL_BYTES_MAX,
  dataFrameToJson,
  readFrameHead,
  readQuotes,
  writeFrameHead,
  writeQuote,
  writeTradeAge,
  writeWholeQuoteHead,
  writeWholeQuoteTail,
  type NumberSource,
  type QuoteColumns,
  type ReferenceColumns,
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

describe('quote entries', () => {
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

/** The same numbers one by one, so that the loop that any source can have is compared with the one for bytes. */
class PlainSource implements NumberSource {
  readonly #source: BinaryNumbers;

  constructor(frame: Uint8Array) {
    this.#source = new BinaryNumbers(frame);
  }

  get left(): number {
    return this.#source.left;
  }

  next(): number {
    return this.#source.next();
  }
}

/** What becomes of the columns, which entries are told, and whether the frame is refused. */
function applied(source: NumberSource): unknown {
  const columns = emptyColumns();
  const reference = emptyReference();
  reference.price.fill(1000);
  reference.volume.fill(70_000);
  const told: [number, number][] = [];
  try {
    const entries = readQuotes(source, columns, reference, TIME_US, CAPACITY, (id, bits) =>
      told.push([id, bits]),
    );
    return { columns, told, entries, left: source.left };
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
    return { columns, told, refused: true };
  }
}

describe('quote entries in bytes', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 0xff })), { maxLength: 3 });

  it('[NU5] are applied, told and refused as those of any other source, whatever bytes are damaged or missing', () => {
    fc.assert(
      fc.property(quotes, flips, fc.nat({ max: 40 }), (entries, damage, missing) => {
        const whole = writtenQuotes(entries, emptyReference());
        const frame = whole.slice(0, Math.max(1, whole.length - missing));
        for (const [at, byte] of damage) if (at % frame.length > 0) frame[at % frame.length] = byte;
        for (const cut of [whole, frame]) {
          const [bytes, plain] = [new BinaryNumbers(cut), new PlainSource(cut)];
          const heads = [bytes, plain].map((source) => {
            try {
              return readFrameHead(source);
            } catch {
              return null;
            }
          });
          expect(heads[0]).toEqual(heads[1]);
          if (heads[0] !== null) expect(applied(bytes)).toEqual(applied(plain));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('[NU5] are refused before the first value of an entry that the header cuts off', () => {
    const columns = emptyColumns();
    const frame = Uint8Array.from([0x95, FRAME_DELTA, 7, 3, 9, BIT_BID | BIT_ASK, 1, 2]);
    const source = new BinaryNumbers(frame);
    readFrameHead(source);
    expect(() => readQuotes(source, columns, emptyReference(), TIME_US, CAPACITY, () => {})).toThrow(
      'the frame ends in the middle of an entry',
    );
    expect(columns.bid[9]).toBeNaN();
  });

  it.each([
    ['a value that is cut off', [0x96, FRAME_DELTA, 7, 3, 9, BIT_BID, 0xcd, 1], 'in the middle of a number'],
    ['a value that is missing', [0x96, FRAME_DELTA, 7, 3, 9, BIT_BID], 'fewer numbers'],
    ['an id that is missing', [0x95, FRAME_DELTA, 7, 3], 'fewer numbers'],
    ['a value that is text', [0x96, FRAME_DELTA, 7, 3, 9, BIT_BID, 0xa1, 0x61], 'starts no number'],
    [
      'a 64-bit integer',
      [0x96, FRAME_DELTA, 7, 3, 9, BIT_BID, 0xcf, 0, 0, 0, 0, 0, 0, 0, 1],
      'starts no number',
    ],
  ])('[NU5] are refused with %s, untold', (_what, bytes, sentence) => {
    const told: number[] = [];
    const source = new BinaryNumbers(Uint8Array.from(bytes));
    readFrameHead(source);
    expect(() =>
      readQuotes(source, emptyColumns(), emptyReference(), TIME_US, CAPACITY, (id) => told.push(id)),
    ).toThrow(sentence);
    expect(told).toEqual([]);
  });
});
