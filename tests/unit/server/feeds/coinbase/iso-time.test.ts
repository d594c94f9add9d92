import { describe, expect, it } from 'vitest';
import { IsoTime } from '../../../../../server/feeds/coinbase/iso-time.ts';

describe('a time of the venue', () => {
  it('is read to the microsecond, on one day after another', () => {
    const time = new IsoTime();
    expect(time.read('2021-04-17T16:43:37.089723Z')).toBe(1_618_677_817_089_723);
    expect(time.read('2021-04-17T23:59:59.999999Z')).toBe(1_618_703_999_999_999);
    expect(time.read('2021-04-18T00:00:00.000000Z')).toBe(1_618_704_000_000_000);
    expect(time.read('2021-04-17T00:00:00.000001Z')).toBe(1_618_617_600_000_001);
  });

  it('is read with fewer or more digits, or an offset', () => {
    const time = new IsoTime();
    expect(time.read('2021-04-17T16:43:37Z')).toBe(1_618_677_817_000_000);
    expect(time.read('2021-04-17T16:43:37.089Z')).toBe(1_618_677_817_089_000);
    expect(time.read('2021-04-17T18:43:37.089723+02:00')).toBe(1_618_677_817_089_723);
  });

  it('agrees with the general reader for every hour', () => {
    const time = new IsoTime();
    for (let hour = 0; hour < 48; hour += 1) {
      const text = new Date(Date.UTC(2024, 1, 28, hour, 59, 7, 123)).toISOString().replace('Z', '456Z');
      expect(time.read(text)).toBe(Date.UTC(2024, 1, 28, hour, 59, 7, 123) * 1000 + 456);
    }
  });

  it.each([
    ['no text', 12],
    ['nothing', undefined],
    ['words', 'a time of the day, in words.'],
    ['a letter among the digits', '2021-04-17T16:4x:37.089723Z'],
    ['an hour that no day has', '2021-04-17T25:43:37.089723Z'],
    ['a day that no month has', '2021-02-30T16:43:37.089723Z'],
    ['other signs between the digits', '2021-04-17T16-43-37.089723Z'],
  ])('is not made of %s', (_, text) => {
    const time = new IsoTime();
    time.read('2021-04-17T16:43:37.089723Z');
    expect(time.read(text)).toBeNaN();
  });
});
