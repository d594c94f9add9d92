import { describe, expect, it } from 'vitest';
import { AGGRESSOR_UNKNOWN } from '#protocol';
import { BuilderPile } from '../../../../server/formats/builder-pile.ts';
import { InstrumentTable } from '../../../../server/tape/instrument-table.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { playAll } from './recording-files.ts';

describe('a pile of builders', () => {
  it('merges any number in order of time, then of their adding', () => {
    const random = new SeededRandom(7);
    for (const count of [1, 7, 8, 9, 63, 64, 65, 130]) {
      const instruments = new InstrumentTable();
      const pile = new BuilderPile(instruments);
      const expected: [timeUs: number, builder: number][] = [];
      for (let number = 0; number < count; number += 1) {
        const builder = new RecordingBuilder(instruments);
        const instrument = instruments.number('v', 'S', 'other', '');
        let timeUs = random.below(20);
        for (let left = random.below(4); left > 0; left -= 1) {
          builder.trade(instrument, timeUs, timeUs, 1, 0, number, 0, AGGRESSOR_UNKNOWN, -1);
          expected.push([timeUs, number]);
          timeUs += random.below(5);
        }
        pile.add(builder);
      }
      expected.sort(([one, first], [other, second]) => one - other || first - second);
      const merged = pile.merged();
      const found = merged === null ? [] : playAll(merged.finish());
      expect(found.map((event) => event.type === 'trade' && [event.venueTimeUs, event.size])).toEqual(
        expected,
      );
    }
  });

  it('of nothing, or of builders without events, is null', () => {
    const instruments = new InstrumentTable();
    const pile = new BuilderPile(instruments);
    pile.add(new RecordingBuilder(instruments));
    expect(pile.merged()).toBeNull();
  });
});
