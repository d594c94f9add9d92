import { expect, test } from 'vitest';
import { readEmbedOptions } from '../../../../../../src/lib/components/embed/embed-options.ts';

const read = (query: string) => readEmbedOptions(new URLSearchParams(query));

test('options of a frame have defaults, and what cannot be read keeps them', () => {
  expect(read('')).toEqual({ chart: 'area', interval: '1m', timeZone: 'utc' });
  expect(read('chart=none&tf=1h&tz=local')).toEqual({ chart: null, interval: '1h', timeZone: 'local' });
  expect(read('chart=pie&tf=7m&tz=mars')).toEqual(read(''));
});
