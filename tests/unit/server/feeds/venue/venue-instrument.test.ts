import { describe, expect, it } from 'vitest';
import {
  instrumentId,
  priceTicks,
  sizeLots,
  unixUs,
  type BookEvent,
  type InstrumentDefinition,
  type QuoteEvent,
} from '#protocol';
import { ListedInstrument } from '../../../../../server/feeds/venue/venue-instrument.ts';

function listed(tick: string, lot: string) {
  const defined: InstrumentDefinition[] = [];
  const instrument = new ListedInstrument({
    venue: 'tiny',
    listing: { symbol: 'BTC-USD', name: 'Bitcoin', assetClass: 'crypto', currency: 'USD', tick, lot },
    define: (definition) => {
      defined.push(definition);
      return instrumentId(7);
    },
  });
  return { instrument, defined };
}

const times = { venueTimeUs: unixUs(1), receiveTimeUs: unixUs(2) };

function emptyBook({ id }: ListedInstrument): BookEvent {
  return { type: 'book', instrument: id, ...times, snapshot: true, bids: [], asks: [] };
}

describe('text of a venue becomes whole steps', () => {
  const { instrument, defined } = listed('0.01', '0.00000001');

  it.each([
    ['64218.50', 6_421_850],
    ['64218.5', 6_421_850],
    ['64218', 6_421_800],
    ['64218.50000000', 6_421_850],
    ['9999999999.00', 999_999_999_900],
    ['1234567890.00000000', 123_456_789_000],
    ['0', 0],
    ['0.00', 0],
    ['.5', 50],
    ['-0.05', -5],
    ['1e-02', 1],
    ['6.42185E4', 6_421_850],
    ['', Number.NaN],
    ['.', Number.NaN],
    ['1.2.3', Number.NaN],
    ['12a', Number.NaN],
    ['None', Number.NaN],
    ['Infinity', Number.NaN],
    ['99999999999999999999', Number.NaN],
  ])('price %s is %d ticks', (text, ticks) => {
    expect(instrument.price(text)).toBe(ticks);
    expect(defined).toHaveLength(1);
  });

  it('reads sizes in lots', () => {
    expect(instrument.size('0.00066036')).toBe(66_036);
    expect(instrument.size('1e-08')).toBe(1);
    expect(instrument.size('1000000')).toBe(1e14);
  });

  it('takes nothing but text, whatever an adapter hands over', () => {
    expect(instrument.price(64_218.5 as unknown as string)).toBeNaN();
    expect(instrument.price(undefined as unknown as string)).toBeNaN();
    expect(instrument.size(null as unknown as string)).toBeNaN();
  });

  it('reads a step that is no power of ten', () => {
    const future = listed('0.25', '1').instrument;
    expect(future.price('5812.25')).toBe(23_249);
    expect(future.price('5812.2500')).toBe(23_249);
    expect(future.definition.tick).toEqual({ units: 25, decimals: 2 });
  });

  it('agrees with exact arithmetic for every length of text', () => {
    const { instrument: fine } = listed('0.00000001', '1');
    for (let whole = 1; whole < 1e7; whole = whole * 7 + 3) {
      for (let digits = 0; digits <= 8; digits += 1) {
        const fraction = '98765432'.slice(0, digits);
        const text = digits === 0 ? String(whole) : `${whole}.${fraction}`;
        expect(fine.price(text)).toBe(Number(`${whole}${fraction.padEnd(8, '0')}`));
      }
    }
  });
});

describe('a finer text than the tick', () => {
  it('redefines the instrument once and goes on', () => {
    const { instrument, defined } = listed('0.01', '1');
    expect(instrument.price('100.25')).toBe(10_025);
    expect(instrument.price('100.2512')).toBe(1_002_512);
    expect(instrument.price('100.25')).toBe(1_002_500);
    expect(defined.map(({ tick }) => tick)).toEqual([
      { units: 1, decimals: 2 },
      { units: 1, decimals: 4 },
    ]);
    expect(instrument.revision).toBe(1);
  });

  it('is learnt from the digits where the venue lists no steps', () => {
    const { instrument, defined } = listed('', '');
    expect(instrument.price('0.00002853')).toBe(2_853);
    expect(instrument.size('12.5')).toBe(125);
    expect(defined.at(-1)).toMatchObject({
      tick: { units: 1, decimals: 8 },
      lot: { units: 1, decimals: 1 },
    });
  });

  it('is refused when it would make numbers seen before inexact', () => {
    const { instrument, defined } = listed('0.01', '0.01');
    expect(instrument.price('9999999999.00')).toBe(999_999_999_900);
    expect(instrument.price('0.00000001')).toBeNaN();
    expect(instrument.price('0.0000000000000000000001')).toBeNaN();
    expect(instrument.price('100.00')).toBe(10_000);
    expect(defined).toHaveLength(1);
  });

  it('puts a quote right whose bid was read before', () => {
    const { instrument } = listed('0.01', '1');
    const quote: QuoteEvent = {
      type: 'quote',
      instrument: instrument.id,
      ...times,
      bid: priceTicks(instrument.price('100.25')),
      bidSize: sizeLots(instrument.size('3')),
      ask: priceTicks(instrument.price('100.251')),
      askSize: sizeLots(instrument.size('4.5')),
    };
    expect(instrument.settle(quote)).toBe(true);
    expect(quote).toMatchObject({ bid: 100_250, ask: 100_251, bidSize: 30, askSize: 45 });
    quote.bid = priceTicks(instrument.price('100.25'));
    expect(instrument.settle(quote)).toBe(true);
    expect(quote).toMatchObject({ bid: 100_250, ask: 100_251 });
  });

  it('puts the side of a book right that was read before', () => {
    const { instrument } = listed('0.1', '1');
    const book = emptyBook(instrument);
    const bids = [
      ['100.1', '2'],
      ['100.0', '1'],
    ];
    const asks = [
      ['100.2', '5'],
      ['100.25', '0.5'],
      ['rubbish', '1'],
    ];
    expect(instrument.levels(bids, book.bids)).toBe(0);
    expect(instrument.levels(asks, book.asks)).toBe(1);
    expect(instrument.settle(book)).toBe(true);
    expect(book.bids).toEqual([10_010, 20, 10_000, 10]);
    expect(book.asks).toEqual([10_020, 50, 10_025, 5]);
  });

  it('puts a book right that was read before trades with finer sizes, each an event of its own', () => {
    const { instrument } = listed('', '');
    const book = emptyBook(instrument);
    instrument.levels([['58.4', '2']], book.bids);
    for (const text of ['15.4', '0.0001', '0.00000001']) {
      const size = sizeLots(instrument.size(text));
      const [price, aggressor, tradeId] = [priceTicks(instrument.price('58.45')), 1 as const, ''];
      instrument.settle({
        type: 'trade',
        instrument: instrument.id,
        ...times,
        price,
        size,
        aggressor,
        tradeId,
      });
    }
    instrument.levels([['58.6', '0.5']], book.asks);
    expect(instrument.settle(book)).toBe(true);
    expect(book).toMatchObject({ bids: [5_840, 200_000_000], asks: [5_860, 50_000_000] });
  });

  it('puts changes right that were read one by one', () => {
    const { instrument } = listed('0.1', '1');
    const bids = [
      instrument.price('100.1'),
      instrument.size('2'),
      instrument.price('99.95'),
      instrument.size('1'),
    ];
    const book: BookEvent = {
      type: 'book',
      instrument: instrument.id,
      ...times,
      snapshot: false,
      bids,
      asks: [],
    };
    expect(instrument.settle(book)).toBe(true);
    expect(book.bids).toEqual([10_010, 2, 9_995, 1]);
  });

  it('gives up an event that is too long to tell old numbers from new ones', () => {
    const { instrument } = listed('0.1', '1');
    const bids: number[] = [];
    for (let at = 0; at < 5_000; at += 1) bids.push(instrument.price('100.1'), instrument.size('1'));
    bids.push(instrument.price('100.25'), instrument.size('1'));
    const book: BookEvent = {
      type: 'book',
      instrument: instrument.id,
      ...times,
      snapshot: true,
      bids,
      asks: [],
    };
    expect(instrument.settle(book)).toBe(false);
    expect(instrument.settle({ ...book, bids: [instrument.price('100.1'), instrument.size('1')] })).toBe(
      true,
    );
  });
});
