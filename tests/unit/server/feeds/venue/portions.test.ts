import { describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import { PORTION_LEVELS, takeWhole } from '../../../../../server/feeds/venue/portions.ts';
import { ListedInstrument } from '../../../../../server/feeds/venue/venue-instrument.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

type Row = readonly [price: string, size: string];

function instrument(tick = '0.01', lot = '0.001'): ListedInstrument {
  const listing = { symbol: 'AAA', name: '', assetClass: 'crypto', currency: 'USD', tick, lot } as const;
  return new ListedInstrument({ venue: 'test', listing, define: () => instrumentId(0) });
}

/** Up to so many levels; now and then with more digits than the step has, and one in `odd` no number at all. */
function rows(random: SeededRandom, most: number, odd: number): Row[] {
  return Array.from({ length: random.below(most) }, (): Row => {
    if (random.below(odd) === 0) return ['1,5', '1'];
    const decimals = random.below(2_000) === 0 ? 2 + random.below(4) : 2;
    return [`${random.below(90_000)}.${String(random.below(10 ** decimals)).padStart(decimals, '0')}`, '1.5'];
  });
}

describe('a book that is read in portions', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('has the numbers of one that is read at once (seed %i)', (seed) => {
    const random = new SeededRandom(seed);
    const bids = rows(random, 5 * PORTION_LEVELS, seed % 2 === 0 ? 900 : Infinity);
    const asks = rows(random, 5 * PORTION_LEVELS, Infinity);
    const [portioned, whole] = [instrument(), instrument()];
    const read = takeWhole(portioned.book(bids, asks));
    const [wholeBids, wholeAsks]: [number[], number[]] = [[], []];
    const refused = whole.levels(bids, wholeBids) + whole.levels(asks, wholeAsks);
    expect(portioned.definition).toEqual(whole.definition);
    expect(read).toEqual({ bids: wholeBids, asks: wholeAsks, refused });
  });

  it('yields after each portion of a long book, and never for a short one', () => {
    const long = Array.from({ length: 3 * PORTION_LEVELS }, (_, at): Row => [`${at + 1}`, '1']);
    expect([...instrument().book(long, long)]).toHaveLength(6);
    expect([...instrument().book(long.slice(0, 1_000), long.slice(0, 1_000))]).toHaveLength(0);
  });

  it('begins anew when another connection makes a step finer in between', () => {
    const listed = instrument();
    const long = Array.from({ length: 3 * PORTION_LEVELS }, (_, at): Row => [`${at + 1}`, '1']);
    const work = listed.book(long, long);
    work.next();
    work.next();
    // Trades of the connection that is about to be let go: each ends what is remembered of numbers, where the book's lie included.
    for (const [text, ticks] of [
      ['1.00', 100],
      ['1.00001', 100_001],
    ] as const) {
      expect(listed.price(text)).toBe(ticks);
      listed.settle({ type: 'trade' } as never);
    }
    const { bids, asks } = takeWhole(work);
    expect([bids.length, asks.length]).toEqual([6 * PORTION_LEVELS, 6 * PORTION_LEVELS]);
    for (const side of [bids, asks]) {
      for (let at = 0; at < long.length; at += 1)
        expect(side[2 * at] === (at + 1) * 100_000 && side[2 * at + 1] === 1_000).toBe(true);
    }
  });
});
