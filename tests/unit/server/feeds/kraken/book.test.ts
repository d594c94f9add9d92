import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KrakenBook } from '../../../../../server/feeds/kraken/book.ts';
import { comparePrices } from '../../../../../server/feeds/kraken/side.ts';
import type { KrakenLevel } from '../../../../../server/feeds/kraken/wire.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

/** The rules of the venue's guide in the plainest words, to compare with. */
class PlainSide {
  readonly levels = new Map<string, string>();
  readonly #depth: number;
  readonly #direction: number;

  constructor(direction: 1 | -1, depth: number) {
    this.#direction = direction;
    this.#depth = depth;
  }

  apply(rows: readonly KrakenLevel[]): void {
    for (const [price, qty] of rows) {
      if (Number(qty) === 0) this.levels.delete(price);
      else this.levels.set(price, qty);
    }
    for (const [price] of this.best.slice(this.#depth)) this.levels.delete(price);
  }

  get best(): KrakenLevel[] {
    return [...this.levels].sort(([a], [b]) => (Number(a) - Number(b)) * this.#direction);
  }
}

function digits(levels: readonly KrakenLevel[]): string {
  const plain = (text: string) => text.replace('.', '').replace(/^0+/, '');
  return levels
    .slice(0, 10)
    .map(([price, qty]) => plain(price) + plain(qty))
    .join('');
}

describe('prices as text', () => {
  it.each([
    ['9.95', '10.10', -1],
    ['100', '99.9', 1],
    ['0.0294', '0.0295', -1],
    ['1.50', '1.5', 0],
    ['1', '1.0', 0],
    ['1', '1.01', -1],
    ['0.00000001', '0.0000001', -1],
  ])('%s against %s', (a, b, order) => {
    expect(Math.sign(comparePrices(a, b))).toBe(order);
    expect(Math.sign(comparePrices(b, a))).toBe(-order + 0);
  });
});

describe('a book of the venue', () => {
  it('KR2 takes quantities as they are, and 0 for gone', () => {
    const book = new KrakenBook(10);
    book.apply({ bids: [['0.5', '1.0']], asks: [['0.6', '1.0']] });
    book.apply({
      bids: [
        ['0.5', '7.0'],
        ['0.4', '2.0'],
      ],
      asks: [
        ['0.6', '0.0'],
        ['0.7', '3.0'],
      ],
    });
    expect(book.checksum).toBe(
      crc32(
        digits([['0.7', '3.0']]) +
          digits([
            ['0.5', '7.0'],
            ['0.4', '2.0'],
          ]),
      ),
    );
  });

  it('KR3 forgets what lies beyond its depth, and says that it is gone', () => {
    const book = new KrakenBook(2);
    book.apply({
      bids: [
        ['5', '1'],
        ['4', '1'],
      ],
      asks: [
        ['6', '1'],
        ['7', '1'],
      ],
    });
    expect(book.apply({ bids: [['4.5', '9']], asks: [] })).toEqual({
      bids: [
        ['4.5', '9'],
        ['4', '0'],
      ],
      asks: [],
    });
    // The level that was forgotten is back when the venue sends it again, and not before.
    book.apply({ bids: [['5', '0']], asks: [] });
    expect(book.checksum).toBe(
      crc32(
        digits([
          ['6', '1'],
          ['7', '1'],
        ]) + digits([['4.5', '9']]),
      ),
    );
  });

  it('KR3 KR4 is the book of the guide after any changes', () => {
    const random = new SeededRandom(25);
    for (const depth of [10, 25]) {
      const book = new KrakenBook(depth);
      const [bids, asks] = [new PlainSide(-1, depth), new PlainSide(1, depth)];
      const rows = (from: number): KrakenLevel[] =>
        Array.from({ length: random.below(6) }, () => [
          (from + random.below(60) / 10).toFixed(1),
          random.below(3) === 0 ? '0.00000000' : `${random.below(50)}.${random.below(10)}0000000`,
        ]);
      for (let round = 0; round < 2_000; round += 1) {
        const change = { bids: rows(90), asks: rows(96) };
        bids.apply(change.bids);
        asks.apply(change.asks);
        book.apply(change);
        expect(book.checksum).toBe(crc32(digits(asks.best) + digits(bids.best)));
      }
    }
  });

  it('knows when its best prices cross', () => {
    const book = new KrakenBook(10);
    book.apply({ bids: [['9.9', '1']], asks: [['10.1', '1']] });
    expect(book.isCrossed).toBe(false);
    book.apply({ bids: [['10.1', '1']], asks: [] });
    expect(book.isCrossed).toBe(true);
  });
});
