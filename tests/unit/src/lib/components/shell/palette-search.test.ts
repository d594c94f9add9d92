import { describe, expect, test } from 'vitest';
import {
  matchRank,
  searchPalette,
  type PaletteItem,
} from '../../../../../../src/lib/components/shell/palette-search.ts';
import { instrument } from '../test-instruments.ts';

const entries = [
  instrument(0, 'BTC-USD', { venue: 'coinbase', name: 'Bitcoin' }),
  instrument(1, 'BTC-USD', { venue: 'kraken', name: 'Bitcoin' }),
  instrument(2, 'USDT-EUR', { name: 'Tether' }),
  instrument(3, 'TSLA', { name: 'Tesla' }),
  instrument(4, '5MX', { name: 'Five' }),
];
const commands = [{ title: 'Theme: dark or light', words: 'theme', run: () => {} }];
const found = (text: string) => searchPalette(text, entries, commands).map(label);

function label(item: PaletteItem): string {
  if (item.kind === 'instrument') return `${item.entry.venue}:${item.entry.symbol}`;
  return item.kind === 'interval' ? item.interval : item.command.title;
}

describe('the palette', () => {
  test('finds by the beginning of a symbol first, then by parts of it', () => {
    expect(found('usd')).toEqual(['sim:USDT-EUR', 'coinbase:BTC-USD', 'kraken:BTC-USD']);
  });

  test('finds a symbol without its separator, by venue, by name and by letters in order', () => {
    expect(found('btcusd')[0]).toBe('coinbase:BTC-USD');
    expect(found('kraken:b')).toEqual(['kraken:BTC-USD']);
    expect(found('tesl')[0]).toBe('sim:TSLA');
    expect(found('tsl')[0]).toBe('sim:TSLA');
  });

  test('offers a timeframe before symbols that begin with the same digits', () => {
    expect(found('5m')).toEqual(['5m', 'sim:5MX']);
  });

  test('finds commands by their words', () => {
    expect(found('theme')).toEqual(['Theme: dark or light']);
  });

  test('opens with the most active instruments and the commands', () => {
    expect(found('')).toEqual([
      ...entries.map((entry) => `${entry.venue}:${entry.symbol}`),
      'Theme: dark or light',
    ]);
  });

  test('finds nothing for nonsense and answers at most twelve', () => {
    expect(found('zzzz')).toEqual([]);
    const many = Array.from({ length: 10_000 }, (_, id) => instrument(id, `X${id}`));
    expect(searchPalette('x', many, [])).toHaveLength(12);
  });
});

test('two letters with gaps between fit nothing: they would fit nearly everything', () => {
  expect(matchRank('Bitcoin', 'bn')).toBe(Infinity);
  expect(matchRank('Bitcoin', 'btn')).toBeLessThan(Infinity);
});
