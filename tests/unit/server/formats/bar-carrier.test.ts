import { describe, expect, it } from 'vitest';
import { addBar, BarReader, type CarriedBar } from '../../../../server/formats/bar-carrier.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import { playAll } from './recording-files.ts';

const DAY_US = 1_704_067_200_000_000;
const number = (mantissa: number, decimals = 0) => ({ mantissa, decimals });

function bar(changes: Partial<CarriedBar> = {}): CarriedBar {
  return {
    open: number(11, 1),
    high: number(125, 2),
    low: number(1),
    close: number(12, 1),
    volume: number(5),
    ...changes,
  };
}

function builderOf(...bars: CarriedBar[]): RecordingBuilder {
  const builder = new RecordingBuilder();
  const instrument = builder.instruments.number('v', 'S', 'other', '');
  for (const [at, one] of bars.entries())
    expect(addBar(builder, instrument, DAY_US + at * 60_000_000, 60, one)).toBe('none');
  return builder;
}

describe('bars within a recording of trades, quotes and books', () => {
  it('come out as they went in, beside books that stay books', () => {
    const builder = builderOf(bar(), bar({ volume: number(12_345, 8) }));
    builder.level(0, 'bid', 1, 0, 2, 0);
    builder.level(0, 'ask', 2, 0, 0, 0);
    builder.book(0, DAY_US + 200_000_000, DAY_US + 200_000_000, false);
    const reader = new BarReader(builder.finish());
    const volumeStep = 10 ** 8;
    expect(playAll(reader)).toMatchObject([
      {
        type: 'bar',
        startTimeUs: DAY_US - 60_000_000,
        venueTimeUs: DAY_US,
        intervalSeconds: 60,
        open: 110,
        high: 125,
        low: 100,
        close: 120,
        volume: 5 * volumeStep,
      },
      { type: 'bar', volume: 12_345 },
      { type: 'book', bids: [100, 2 * volumeStep], asks: [200, 0] },
    ]);
    expect([reader.events, reader.instruments.length, reader.indexAt(DAY_US)]).toEqual([3, 1, 1]);
  });

  it('that cannot be kept exactly leave nothing behind', () => {
    const builder = builderOf(bar({ volume: number(1, 18) }));
    expect(addBar(builder, 0, DAY_US, 60, bar({ volume: number(9_007_199_254_740_991) }))).toBe('size');
    expect(addBar(builder, 0, DAY_US, 60, bar({ close: number(9_007_199_254_740_991) }))).toBe('price');
    builder.level(0, 'bid', 1, 0, 0, 0);
    builder.book(0, DAY_US, DAY_US, false);
    const events = playAll(new BarReader(builder.finish()));
    expect(events).toMatchObject([{ type: 'bar' }, { type: 'book', bids: [100, 0], asks: [] }]);
  });
});
