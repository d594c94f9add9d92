import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CRC_START, crcBehind, crcValue, levelSum } from '../../../../../server/feeds/kraken/checksum.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const checksum = (levels: readonly (readonly [string, string])[]): number =>
  crcValue(levels.reduce((state, [price, qty]) => crcBehind(state, levelSum(price, qty)), CRC_START));

describe('KR4 the checksum of a book', () => {
  it('is over digits without the point and without zeros before the first, those at the end included', () => {
    expect(checksum([['0.05005', '0.00000500']])).toBe(crc32('5005500'));
    expect(checksum([['45285.2', '0.00100000']])).toBe(crc32('452852100000'));
    expect(checksum([['10', '0']])).toBe(crc32('10'));
  });

  it('of no levels is that of no text', () => {
    expect(checksum([])).toBe(0);
  });

  it('is put together from what is kept of each level as if over the whole text', () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 300; round += 1) {
      const levels = Array.from({ length: random.below(21) }, (): [string, string] => [
        `${random.below(100_000)}.${random.below(10)}`,
        `${random.below(1_000)}.${String(random.below(100_000_000)).padStart(8, '0')}`,
      ]);
      const digits = levels.flat().map((text) => text.replace('.', '').replace(/^0+/, ''));
      expect(checksum(levels)).toBe(crc32(digits.join('')));
    }
  });
});
