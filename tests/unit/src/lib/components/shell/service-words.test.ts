import { describe, expect, test } from 'vitest';
import {
  bandwidthText,
  grantSentences,
  hourlyText,
} from '../../../../../../src/lib/components/shell/service-words.ts';

test('bandwidths are said in the usual units, and in what they come to', () => {
  expect(bandwidthText(256_000)).toBe('256 kbit/s');
  expect(bandwidthText(10_000_000)).toBe('10 Mbit/s');
  expect(hourlyText(256_000)).toBe('115 MB an hour');
  expect(hourlyText(16_000)).toBe('7 MB an hour');
});

describe('what is granted', () => {
  const free = { maxRateHz: 10, maxBitsPerSecond: 0 };

  test.each([
    ['as asked', free, free, ['Granted: 10 Hz.']],
    [
      'slower than asked',
      { ...free, maxRateHz: 60 },
      { ...free, maxRateHz: 30 },
      ['Asked for 60 Hz, granted 30 Hz.'],
    ],
    [
      'with the cap that was asked for',
      { ...free, maxBitsPerSecond: 64_000 },
      { ...free, maxBitsPerSecond: 64_000 },
      ['Granted: 10 Hz.', 'At most 64 kbit/s: 29 MB an hour.'],
    ],
    [
      'with another cap',
      { ...free, maxBitsPerSecond: 64_000 },
      { ...free, maxBitsPerSecond: 32_000 },
      ['Granted: 10 Hz.', 'Asked for 64 kbit/s. At most 32 kbit/s: 14 MB an hour.'],
    ],
    [
      'with a cap that the server has not answered yet',
      { ...free, maxBitsPerSecond: 64_000 },
      free,
      ['Granted: 10 Hz.', '64 kbit/s is not granted yet.'],
    ],
    ['nothing yet', free, { ...free, maxRateHz: 0 }, ['The server has granted nothing yet.']],
  ])('%s', (_, asked, granted, sentences) => {
    expect(grantSentences(asked, granted)).toEqual(sentences);
  });
});
