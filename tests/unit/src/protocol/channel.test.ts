import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BAR_INTERVALS,
  LIMITS,
  RATE_CLASSES_HZ,
  channelIntervalSeconds,
  grantRateHz,
  isBarInterval,
  isChannel,
  type Channel,
} from '#protocol';

describe('channels', () => {
  it.each(['quote', 'trade', 'book', 'raw', ...BAR_INTERVALS.map((interval) => `bar:${interval}`)])(
    'know %s',
    (name) => {
      expect(isChannel(name)).toBe(true);
    },
  );

  it.each(['', 'bar', 'bar:', 'bar:2s', 'bar:1S', 'bar:constructor', 'Quote', 'quote ', 'raws'])(
    'do not know %j',
    (name) => {
      expect(isChannel(name)).toBe(false);
    },
  );

  it('have the seconds of their interval, and none without one', () => {
    const channels: Channel[] = [
      'quote',
      'trade',
      'book',
      'bar:1s',
      'bar:5s',
      'bar:1m',
      'bar:5m',
      'bar:15m',
      'bar:1h',
      'bar:1d',
    ];
    expect(channels.map(channelIntervalSeconds)).toEqual([0, 0, 0, 1, 5, 60, 300, 900, 3600, 86_400]);
    expect(isBarInterval('toString')).toBe(false);
  });

  it('list their intervals from short to long', () => {
    const seconds = BAR_INTERVALS.map((interval) => channelIntervalSeconds(`bar:${interval}`));
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });
});

describe('grantRateHz', () => {
  it.each([
    ['a class', 10, 10],
    ['between two classes', 59.9, 30],
    ['just below a class', 0.999, 0.5],
    ['above the highest', 1000, 60],
    ['the lowest', 0.1, 0.1],
    ['below the lowest', 0.01, 0.1],
    ['nonsense', Number.NaN, 0.1],
  ])('[SU7] rounds down: %s', (_what, requestedHz, grantedHz) => {
    expect(grantRateHz(requestedHz)).toBe(grantedHz);
  });

  it('[SU7] never grants more than was asked for, within the range that may be', () => {
    fc.assert(
      fc.property(fc.double({ min: LIMITS.rateHzMin, max: LIMITS.rateHzMax, noNaN: true }), (requestedHz) => {
        const granted = grantRateHz(requestedHz);
        expect(granted).toBeLessThanOrEqual(requestedHz);
        expect(RATE_CLASSES_HZ).toContain(granted);
        expect(grantRateHz(granted)).toBe(granted);
      }),
    );
  });

  it('[SU7] has classes for the whole range that may be asked for, in rising order', () => {
    expect(RATE_CLASSES_HZ[0]).toBe(LIMITS.rateHzMin);
    expect(RATE_CLASSES_HZ.at(-1)).toBe(LIMITS.rateHzMax);
    expect([...RATE_CLASSES_HZ]).toEqual([...RATE_CLASSES_HZ].sort((a, b) => a - b));
    expect(grantRateHz(LIMITS.rateHzDefault)).toBe(LIMITS.rateHzDefault);
  });
});
