import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_EVENTS } from '../../../../server/tape/event-block.ts';
import { InstrumentTable } from '../../../../server/tape/instrument-table.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import { mergeBuilders } from '../../../../server/tape/recording-merge.ts';
import { addTrade, played } from './recorded.ts';

/** One builder for each list of times; the price tells list and position. */
function merged(lists: readonly (readonly number[])[]): number[] {
  const table = new InstrumentTable();
  const builders = lists.map((timesUs, list) => {
    const builder = new RecordingBuilder(table);
    for (const [position, timeUs] of timesUs.entries())
      addTrade(builder, 'A', timeUs, list * 1000 + position);
    return builder;
  });
  const events = played(mergeBuilders(builders, table).finish());
  return events.map((event) => (event.type === 'trade' ? event.price : Number.NaN));
}

describe('mergeBuilders', () => {
  it('orders by receive time, then by builder, and never within a builder', () => {
    expect(merged([[1, 5, 3, 9], [], [1, 4, 5, 9]])).toEqual([0, 2000, 2001, 1, 2, 2002, 3, 2003]);
  });

  it('agrees with sorting all events by running time, builder and position', () => {
    const times = fc.array(fc.nat(20), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 5 }), (lists) => {
        fc.pre(lists.some((list) => list.length > 0));
        const keyed = lists.flatMap((timesUs, list) => {
          let highest = -1;
          return timesUs.map((timeUs, position) => {
            highest = Math.max(highest, timeUs);
            return { highest, price: list * 1000 + position };
          });
        });
        keyed.sort((left, right) => left.highest - right.highest || left.price - right.price);
        expect(merged(lists)).toEqual(keyed.map(({ price }) => price));
      }),
      // Each builder allocates a whole block.
      { numRuns: 30 },
    );
  });

  it('carries quotes, books, bars and text ids over, across blocks', () => {
    const table = new InstrumentTable();
    const [left, right] = [new RecordingBuilder(table), new RecordingBuilder(table)];
    for (let index = 0; index < BLOCK_EVENTS; index += 1) addTrade(left, 'A', index * 2, 1);
    const instrument = table.number('test', 'B', 'other', '');
    const id = new TextEncoder().encode('c0ffee');
    right.trade(instrument, 1, 1, 5, 1, 2, 0, 2, right.textId(id, 0, id.length));
    right.quote(instrument, 3, 3, 4, 0, 1, 0, Number.NaN, 0, 7, 0);
    right.level(instrument, 'bid', 3, 0, 2, 0);
    right.level(instrument, 'ask', 6, 0, 1, 0);
    right.book(instrument, 5, 5, true);
    const price = { mantissa: 5, decimals: 1 };
    const volume = { mantissa: 9, decimals: 0 };
    right.bar(instrument, 7, 7, 0, 7, { open: price, high: price, low: price, close: price, volume });
    const recording = mergeBuilders([left, right], table).finish();
    expect(recording.events).toBe(BLOCK_EVENTS + 4);
    const events = played(recording, 0, 9).filter((event) => event.instrument === 1);
    expect(events).toMatchObject([
      { type: 'trade', price: 5, size: 2, aggressor: 2, tradeId: 'c0ffee' },
      { type: 'quote', bid: 40, bidSize: 1, ask: Number.NaN, askSize: 7 },
      { type: 'book', snapshot: true, bids: [30, 2], asks: [60, 1] },
      { type: 'bar', open: 5, close: 5, volume: 9, intervalSeconds: 7, startTimeUs: 0, venueTimeUs: 7 },
    ]);
    expect(recording.instruments.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
  });
});
