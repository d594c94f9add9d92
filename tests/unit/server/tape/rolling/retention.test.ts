import { describe, expect, it } from 'vitest';
import {
  parseDuration,
  parseRetention,
  segmentBounds,
} from '../../../../../server/tape/rolling/retention.ts';

describe('parseRetention', () => {
  it('reads an age, a size, or both', () => {
    expect(parseRetention('60m,512MB')).toEqual({ ageMs: 3_600_000, bytes: 512_000_000 });
    expect(parseRetention('2h')).toEqual({ ageMs: 7_200_000, bytes: 1_000_000_000_000 });
    expect(parseRetention(' 2 GB ')).toEqual({ ageMs: 30 * 86_400_000, bytes: 2_000_000_000 });
    expect(parseRetention('1.5h, 64MB')).toEqual({ ageMs: 5_400_000, bytes: 64_000_000 });
  });

  it.each(['', '60', '60x', '60m,60m', '1MB', '5s', '31d', '2TB', '60m,512MB,1GB', '-5m', '1e3MB', '512KB'])(
    'refuses %j',
    (text) => {
      expect(parseRetention(text)).toBe(null);
    },
  );

  it('is kept in parts that are a small share of it, within bounds', () => {
    expect(segmentBounds({ ageMs: 3_600_000, bytes: 512_000_000 })).toEqual({
      durationMs: 120_000,
      bytes: 32_000_000,
    });
    expect(segmentBounds({ ageMs: 60_000, bytes: 16_000_000 })).toEqual({
      durationMs: 10_000,
      bytes: 1_000_000,
    });
    expect(segmentBounds({ ageMs: 30 * 86_400_000, bytes: 1e12 })).toEqual({
      durationMs: 3_600_000,
      bytes: 256_000_000,
    });
  });
});

describe('parseDuration', () => {
  it('reads seconds to days, and nothing else', () => {
    expect(['90s', '1h', '0.5d', '2m'].map(parseDuration)).toEqual([90_000, 3_600_000, 43_200_000, 120_000]);
    expect(['', 'h', '0s', '1w', '1h30m'].map(parseDuration)).toEqual([null, null, null, null, null]);
  });
});
