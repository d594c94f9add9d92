import { describe, expect, it } from 'vitest';
import { AGGRESSOR_SELL } from '#protocol';
import { BLOCK_EVENTS, NO_TRADE_ID } from '../../../../server/tape/event-block.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import type { BarNumbers } from '../../../../server/tape/bar-numbers.ts';
import { addTrade, played } from './recorded.ts';

const HUGE = 9_007_199_254_740_991;
const number = (mantissa: number, decimals = 0) => ({ mantissa, decimals });

function bar(changes: Partial<BarNumbers> = {}): BarNumbers {
  return {
    open: number(11, 1),
    high: number(125, 2),
    low: number(1),
    close: number(12, 1),
    volume: number(5),
    ...changes,
  };
}

describe('RecordingBuilder', () => {
  it('numbers instruments by activity, ties by appearance, and leaves out those without events', () => {
    const builder = new RecordingBuilder();
    builder.instruments.number('test', 'UNUSED', 'other', '');
    for (const symbol of ['A', 'B', 'C', 'C', 'D', 'D']) addTrade(builder, symbol, 1, 1);
    const recording = builder.finish();
    expect(recording.instruments.map(({ symbol }) => symbol)).toEqual(['C', 'D', 'A', 'B']);
    expect(played(recording).map(({ instrument }) => instrument)).toEqual([2, 3, 0, 0, 1, 1]);
  });

  it('brings earlier events to the ticks that later ones make necessary', () => {
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('test', 'A', 'crypto', 'USD');
    builder.trade(instrument, 1, 1, 100, 0, 2, 0, AGGRESSOR_SELL, NO_TRADE_ID);
    builder.quote(instrument, 2, 2, 995, 1, Number.NaN, 0, Number.NaN, 0, 25, 2);
    builder.level(instrument, 'ask', 10_125, 2, 5, 1);
    builder.level(instrument, 'bid', 9, 0, 0, 0);
    builder.book(instrument, 3, 3, true);
    const recording = builder.finish();
    expect(recording.instruments[0]).toMatchObject({
      tick: { units: 1, decimals: 2 },
      lot: { units: 1, decimals: 2 },
    });
    expect(played(recording)).toMatchObject([
      { type: 'trade', price: 10_000, size: 200, aggressor: AGGRESSOR_SELL, tradeId: '' },
      { type: 'quote', bid: 9950, bidSize: Number.NaN, ask: Number.NaN, askSize: 25 },
      { type: 'book', snapshot: true, bids: [900, 0], asks: [10_125, 50] },
    ]);
  });

  it('answers which number does not fit and keeps nothing of that event', () => {
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('test', 'A', 'crypto', 'USD');
    expect(builder.trade(instrument, 1, 1, 1, 2, 1, 2, 0, 1)).toBe('none');
    expect(builder.trade(instrument, 1, 1, HUGE, 0, 1, 0, 0, 1)).toBe('price');
    expect(builder.trade(instrument, 1, 1, 1, 0, HUGE, 0, 0, 1)).toBe('size');
    expect(builder.quote(instrument, 1, 1, HUGE, 0, 1, 0, 1, 0, 1, 0)).toBe('bid');
    expect(builder.quote(instrument, 1, 1, 1, 0, HUGE, 0, 1, 0, 1, 0)).toBe('bidSize');
    expect(builder.quote(instrument, 1, 1, 1, 0, 1, 0, HUGE, 0, 1, 0)).toBe('ask');
    expect(builder.quote(instrument, 1, 1, 1, 0, 1, 0, 1, 0, HUGE, 0)).toBe('askSize');
    expect(builder.level(instrument, 'bid', HUGE, 0, 1, 0)).toBe('price');
    expect(builder.level(instrument, 'bid', 1, 0, HUGE, 0)).toBe('size');
    expect(builder.events).toBe(1);
  });

  it('keeps ids, levels and quotes whole across the end of a block', () => {
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('test', 'A', 'crypto', 'USD');
    const bytes = new TextEncoder();
    const total = BLOCK_EVENTS + 3;
    for (let index = 0; index < total; index += 1) {
      if (index % 3 === 0) {
        const id = bytes.encode(`id-${index}`);
        builder.trade(instrument, index, index, index, 0, 1, 0, 1, builder.textId(id, 0, id.length));
      } else if (index % 3 === 1) {
        builder.quote(instrument, index, index, index, 0, 1, 0, index + 1, 0, 2, 0);
      } else {
        builder.level(instrument, 'bid', index, 0, 7, 0);
        builder.book(instrument, index, index, false);
      }
    }
    const recording = builder.finish();
    expect(recording.events).toBe(total);
    expect(played(recording, BLOCK_EVENTS - 2)).toMatchObject([
      { type: 'book', bids: [BLOCK_EVENTS - 2, 7], asks: [] },
      { type: 'trade', tradeId: `id-${BLOCK_EVENTS - 1}` },
      { type: 'quote', bid: BLOCK_EVENTS, ask: BLOCK_EVENTS + 1 },
      { type: 'book', bids: [BLOCK_EVENTS + 1, 7] },
      { type: 'trade', tradeId: `id-${BLOCK_EVENTS + 2}` },
    ]);
  });

  it('keeps bars with their span, in the ticks and lots of the whole recording', () => {
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('test', 'A', 'other', '');
    expect(builder.bar(instrument, 60, 61, 0, 60, bar())).toBe('none');
    expect(builder.bar(instrument, 120, 121, 60, 60, bar({ volume: number(12_345, 18) }))).toBe('none');
    expect(builder.bar(instrument, 180, 181, 120, 60, bar({ volume: number(Number.NaN) }))).toBe('none');
    expect(builder.bar(instrument, 1, 1, 0, 1, bar({ close: number(HUGE) }))).toBe('price');
    expect(builder.bar(instrument, 1, 1, 0, 1, bar({ volume: number(HUGE) }))).toBe('size');
    addTrade(builder, 'A', 200, 2);
    const recording = builder.finish();
    const prices = { open: 110, high: 125, low: 100, close: 120 };
    expect(played(recording)).toMatchObject([
      { type: 'bar', ...prices, volume: 5e18, startTimeUs: 0, intervalSeconds: 60, venueTimeUs: 60 },
      { type: 'bar', ...prices, volume: 12_345, startTimeUs: 60, receiveTimeUs: 121 },
      { type: 'bar', ...prices, volume: Number.NaN },
      { type: 'trade', price: 200 },
    ]);
    expect(recording.instruments[0]).toMatchObject({ tick: { decimals: 2 }, lot: { decimals: 18 } });
  });

  it('gives all bars of a block what they had, however the block grew', () => {
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('test', 'A', 'other', '');
    for (let index = 0; index < 1_000; index += 1)
      builder.bar(instrument, index + 1, index + 1, index, index, bar({ open: number(index) }));
    const bars = played(builder.finish());
    expect(
      bars.map((event) => event.type === 'bar' && [event.open, event.intervalSeconds, event.startTimeUs]),
    ).toEqual(Array.from({ length: 1_000 }, (_, index) => [index * 100, index, index]));
  });

  it('has no recording to give without events', () => {
    expect(() => new RecordingBuilder().finish()).toThrow('at least one event');
  });
});
