import { beforeEach, describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { PackedTime } from '../../../../../server/feeds/message-pack.ts';
import { RowIntake } from '../../../../../server/feeds/ingest/row-intake.ts';
import { RecordingSink } from './recording-sink.ts';

const NOW = unixUs(1_767_623_400_000_000);
let sink: RecordingSink;
let intake: RowIntake;

beforeEach(() => {
  sink = new RecordingSink();
  intake = new RowIntake(sink, { venue: 'push', reserved: ['Coinbase'] });
});

const take = (row: unknown) => intake.take(row, NOW);
const trade = (over: Record<string, unknown> = {}) => ({
  type: 'trade',
  symbol: 'ACME',
  price: '101.25',
  size: '3',
  ...over,
});
const steps = () => sink.definitions.at(-1)!;

describe('a row that is sound', () => {
  it('of each type becomes the event that it describes', () => {
    const time = '2026-01-05T14:29:59.5Z';
    const timeUs = NOW - 500_000;
    const rows = [
      trade({ side: 'sell', id: 't-1', time }),
      { type: 'quote', symbol: 'ACME', bid: '101.24', bidSize: 5, ask: 101.26 },
      { type: 'book', symbol: 'ACME', snapshot: true, bids: [['101.24', 5]], asks: [[101.26, '0']] },
      { type: 'statistics', symbol: 'ACME', open: '100', volume: 1_000 },
      {
        type: 'bar',
        symbol: 'ACME',
        interval: '1m',
        start: 1_767_623_340,
        open: 1,
        high: 3,
        low: 1,
        close: 2,
        volume: 7,
      },
    ];
    expect(rows.map(take)).toEqual(Array(5).fill('taken'));
    const head = { instrument: 0, venueTimeUs: NOW, receiveTimeUs: NOW };
    expect(sink.events).toEqual([
      {
        type: 'trade',
        instrument: 0,
        venueTimeUs: timeUs,
        receiveTimeUs: NOW,
        price: 10_125,
        size: 3,
        aggressor: 2,
        tradeId: 't-1',
      },
      { type: 'quote', ...head, bid: 10_124, bidSize: 5, ask: 10_126, askSize: Number.NaN },
      { type: 'book', ...head, snapshot: true, bids: [10_124, 5], asks: [10_126, 0] },
      { type: 'statistics', ...head, open: 10_000, high: Number.NaN, low: Number.NaN, volume: 1_000 },
      {
        type: 'bar',
        ...head,
        intervalSeconds: 60,
        startTimeUs: NOW - 60_000_000,
        open: 100,
        high: 300,
        low: 100,
        close: 200,
        volume: 7,
      },
    ]);
  });

  it('of an unknown symbol defines it from its digits, and finer digits make its steps finer', () => {
    take(trade({ venue: 'desk' }));
    expect(steps()).toMatchObject({
      venue: 'desk',
      symbol: 'ACME',
      tick: { units: 1, decimals: 2 },
      lot: { units: 1, decimals: 0 },
    });
    take(trade({ venue: 'desk', price: '101.255', size: '0.5' }));
    expect(steps()).toMatchObject({ tick: { units: 1, decimals: 3 }, lot: { units: 1, decimals: 1 } });
    expect(sink.events.at(-1)).toMatchObject({ price: 101_255, size: 5 });
  });

  it('writes all its numbers in the same steps when a later one of them is finer', () => {
    take({ type: 'quote', symbol: 'ACME', bid: '1.5', ask: '1.625' });
    expect(sink.events).toMatchObject([{ bid: 1_500, ask: 1_625 }]);
    take({ type: 'book', symbol: 'B', bids: [['1.5', 1]], asks: [['1.75', '0.5']] });
    expect(sink.events.at(-1)).toMatchObject({ bids: [150, 10], asks: [175, 5] });
  });

  it('may define its instrument first; said again, what was learnt since stays', () => {
    const row = {
      type: 'instrument',
      symbol: 'ES',
      tick: '0.25',
      lot: 1,
      assetClass: 'future',
      currency: 'USD',
      name: 'S&P',
    };
    expect(take(row)).toBe('noted');
    expect(steps()).toMatchObject({
      venue: 'push',
      tick: { units: 25, decimals: 2 },
      assetClass: 'future',
      currency: 'USD',
      name: 'S&P',
    });
    take(trade({ symbol: 'ES', price: '5000.5', size: '0.5' }));
    expect(sink.events.at(-1)).toMatchObject({ price: 20_002, size: 5 });
    const count = sink.definitions.length;
    expect(take(row)).toBe('noted');
    expect(sink.definitions).toHaveLength(count);
    expect(take({ type: 'instrument', symbol: 'ES', name: 'E-mini' })).toBe('noted');
    expect(steps()).toMatchObject({
      name: 'E-mini',
      tick: { units: 25, decimals: 2 },
      lot: { units: 1, decimals: 1 },
    });
  });

  it('takes its numbers as MessagePack brings them', () => {
    expect(
      take(trade({ id: 18_446_744_073_709_551_615n, size: 4n, time: new PackedTime(1_767_623_400, 999) })),
    ).toBe('taken');
    expect(sink.events).toMatchObject([{ tradeId: '18446744073709551615', size: 4, venueTimeUs: NOW }]);
    expect(take(trade({ price: 1e-7 }))).toBe('taken');
  });

  it('takes a price below zero, which oil once had', () => {
    expect(take(trade({ price: '-37.63' }))).toBe('taken');
  });
});

describe('a trade with an id', () => {
  it('is taken once for each instrument', () => {
    expect(take(trade({ id: '1' }))).toBe('taken');
    expect(take(trade({ id: 1 }))).toBe('duplicate');
    expect(take(trade({ id: '1', symbol: 'OTHER' }))).toBe('taken');
    expect([take(trade()), take(trade({ id: '' }))]).toEqual(['taken', 'taken']);
    expect(sink.events).toHaveLength(4);
  });

  it('that was refused may come again', () => {
    take(trade({ size: '1', id: '0' }));
    expect(take(trade({ size: '9007199254740993', id: '1' }))).toMatchObject({ field: 'size' });
    expect(take(trade({ id: '1' }))).toBe('taken');
  });
});

describe('a row that is refused', () => {
  it.each([
    ['no object', 7, ''],
    ['null', null, ''],
    ['no type', { symbol: 'A' }, 'type'],
    ['a type of the prototype', { type: 'constructor' }, 'type'],
    ['no symbol', { type: 'quote', bid: 1 }, 'symbol'],
    ['a symbol that is a selector', trade({ symbol: 'BTC-*' }), 'symbol'],
    ['a symbol with a control character', trade({ symbol: 'a\u0000b' }), 'symbol'],
    ['a venue with a colon', trade({ venue: 'a:b' }), 'venue'],
    ['a venue of another feed', trade({ venue: 'COINBASE' }), 'venue'],
    ['a price that is no number', trade({ price: 'NaN' }), 'price'],
    ['a price of the noise of floats', trade({ price: 0.1 + 0.2 }), 'price'],
    ['a price of a number that is none', trade({ price: Number.POSITIVE_INFINITY }), 'price'],
    ['a price that is a list', trade({ price: ['1'] }), 'price'],
    ['a size below zero', trade({ size: '-1' }), 'size'],
    ['a side that is a guess', trade({ side: 'b' }), 'side'],
    ['an id of a fraction', trade({ id: 1.5 }), 'id'],
    ['a time that is none', trade({ time: 'soon' }), 'time'],
    ['a time of two days ahead', trade({ time: '2026-01-07T14:30:01Z' }), 'time'],
    ['a misspelt field', trade({ prise: 1 }), 'prise'],
    ['a quote of nothing', { type: 'quote', symbol: 'A', bidSize: 1 }, 'bid'],
    ['statistics of nothing', { type: 'statistics', symbol: 'A' }, 'open'],
    ['levels that are no pairs', { type: 'book', symbol: 'A', bids: [['1']] }, 'bids'],
    [
      'more levels than anybody has',
      { type: 'book', symbol: 'A', asks: Array.from({ length: 5_001 }, () => [1, 1]) },
      'asks',
    ],
    [
      'a bar of another length',
      {
        type: 'bar',
        symbol: 'A',
        interval: '7m',
        start: 1_767_623_340,
        open: 1,
        high: 1,
        low: 1,
        close: 1,
        volume: 1,
      },
      'interval',
    ],
    [
      'a bar beside its grid',
      {
        type: 'bar',
        symbol: 'A',
        interval: 60,
        start: 1_767_623_341,
        open: 1,
        high: 1,
        low: 1,
        close: 1,
        volume: 1,
      },
      'start',
    ],
    [
      'a bar whose high is below its close',
      {
        type: 'bar',
        symbol: 'A',
        interval: 60,
        start: 1_767_623_340,
        open: 1,
        high: 1,
        low: 1,
        close: 2,
        volume: 1,
      },
      'high',
    ],
    ['an increment of zero', { type: 'instrument', symbol: 'A', tick: '0' }, 'tick'],
    ['an asset class of its own', { type: 'instrument', symbol: 'A', assetClass: 'shoes' }, 'assetClass'],
    [
      'a hundred fields',
      Object.fromEntries([['type', 'trade'], ...Array.from({ length: 100 }, (_, at) => [`f${at}`, 1])]),
      '',
    ],
  ])('for %s names the field and puts nothing in', (_, row, field) => {
    const outcome = take(row);
    expect(outcome).toMatchObject({ field, expected: expect.any(String), found: expect.any(String) });
    expect((outcome as { found: string }).found.length).toBeLessThan(70);
    expect(sink.events).toEqual([]);
  });

  it('leaves the next row of its instrument as it is', () => {
    expect(take(trade({ size: '9007199254740991' }))).toBe('taken');
    const quote = { type: 'quote', symbol: 'ACME', bid: '1.125', bidSize: '0.5' };
    expect(take(quote)).toEqual({
      field: 'bidSize',
      expected: 'a number that 53 bits hold exactly beside the others of its instrument',
      found: '"0.5"',
    });
    expect(take(trade({ price: '2.5' }))).toBe('taken');
    expect(sink.events.at(-1)).toMatchObject({ price: 2_500, size: 3 });
  });

  it('for the 10,001st symbol leaves those that are known', () => {
    for (let at = 0; at < 10_000; at += 1) expect(take(trade({ symbol: `S${at}` }))).toBe('taken');
    expect(take(trade({ symbol: 'MORE' }))).toMatchObject({ field: 'symbol' });
    expect(take({ type: 'instrument', symbol: 'MORE' })).toMatchObject({ field: 'symbol' });
    expect(take(trade({ symbol: 'S7' }))).toBe('taken');
  });
});
