import { describe, expect, it } from 'vitest';
import { IsoTime } from '../../../../server/feeds/iso-time.ts';

const read = (text: unknown): number => new IsoTime().read(text);

describe('a time as venues write it', () => {
  it('is read to the microsecond, on the day before and on the day after as well', () => {
    const time = new IsoTime();
    const texts = [
      '2026-08-18T20:43:35.824274Z',
      '2026-08-19T00:00:00.000001Z',
      '2026-08-18T23:59:59.999999Z',
    ];
    expect(texts.map((text) => time.read(text))).toEqual([
      1_787_085_815_824_274, 1_787_097_600_000_001, 1_787_097_599_999_999,
    ]);
  });

  it('is read in other lengths too', () => {
    expect(read('2026-08-18T20:43:35Z')).toBe(1_787_085_815_000_000);
    expect(read('2026-08-18T20:43:35.824274123Z')).toBe(1_787_085_815_824_274);
  });

  it.each([
    ['of 1970, which stands for none', '1970-01-01T00:00:00.000000Z'],
    ['of a 25th hour', '2026-08-18T25:43:35.824274Z'],
    ['with a letter in it', '2026-08-18T20:43:35.82a274Z'],
    ['that is a number', 1_787_085_815],
    ['that is missing', undefined],
  ])('is none %s', (_, text) => {
    expect(read(text)).toBeNaN();
  });
});
