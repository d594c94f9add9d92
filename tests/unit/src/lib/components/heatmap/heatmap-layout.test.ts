import { expect, test } from 'vitest';
import { layOutHeatmap } from '../../../../../../src/lib/components/heatmap/heatmap-layout.ts';
import { usdRates } from '../../../../../../src/lib/components/heatmap/usd-rates.ts';
import { columns, instrument } from '../test-instruments.ts';

const BOX = { x: 0, y: 0, width: 800, height: 600 };
const area = ({ width, height }: { width: number; height: number }) => width * height;
const noGroups = { size: 'turnover', groupOf: () => '' } as const;

test('areas are in proportion to turnover', () => {
  const rows = [instrument(0, 'A'), instrument(1, 'B')];
  const { tiles } = layOutHeatmap(rows, columns([10_000, 10_000], [30_000, 10_000]), noGroups, BOX);
  expect(tiles.map(({ entry }) => entry.symbol)).toEqual(['A', 'B']);
  expect(area(tiles[0]!.box) / area(tiles[1]!.box)).toBeCloseTo(3);
});

test('without any turnover all tiles are equal, and none is left out', () => {
  const rows = ['A', 'B', 'C'].map((symbol, id) => instrument(id, symbol));
  const { tiles, left } = layOutHeatmap(rows, columns([1, 1, 1]), noGroups, BOX);
  expect(left).toBe(0);
  for (const { box } of tiles) expect(area(box)).toBeCloseTo((800 * 600) / 3);
});

test('instruments too small to be seen are counted instead', () => {
  const rows = [instrument(0, 'A'), instrument(1, 'B'), instrument(2, 'C')];
  const { tiles, left } = layOutHeatmap(rows, columns([1, 1, 1], [1e9, 1, Number.NaN]), noGroups, BOX);
  expect(tiles).toHaveLength(1);
  expect(left).toBe(2);
});

test('groups get a strip for their name, and their tiles stay below it and inside', () => {
  const rows = [
    instrument(0, 'A', { venue: 'kraken' }),
    instrument(1, 'B', { venue: 'coinbase' }),
    instrument(2, 'C', { venue: 'kraken' }),
  ];
  const layout = layOutHeatmap(
    rows,
    columns([1, 1, 1], [5, 4, 3]),
    { size: 'turnover', groupOf: ({ venue }) => venue },
    BOX,
  );
  expect(layout.groups.map(({ label }) => label)).toEqual(['kraken', 'coinbase']);
  const { box, headPx } = layout.groups[0]!;
  expect(headPx).toBeGreaterThan(0);
  for (const tile of layout.tiles.slice(0, 2)) {
    expect(tile.box.y).toBeGreaterThanOrEqual(box.y + headPx - 1e-6);
    expect(tile.box.x + tile.box.width).toBeLessThanOrEqual(box.x + box.width + 1e-6);
  }
});

test('turnover is brought to dollars by the pairs that the feeds quote', () => {
  const pairs = [
    instrument(0, 'USD/JPY', { assetClass: 'fx' }),
    instrument(1, 'EUR/USD', { assetClass: 'fx' }),
    instrument(2, 'BTC-USD'),
  ];
  const rates = usdRates(pairs, columns([15_000, 120, 9_000_000]));
  expect(rates.get('JPY')).toBeCloseTo(1 / 150);
  expect(rates.get('EUR')).toBe(1.2);
  expect(rates.get('USDT')).toBe(1);
  expect(rates.get('BTC')).toBe(90_000);
  expect(rates.has('CHF')).toBe(false);
});

test('a currency is brought to dollars through others, and by the pair that has a price', () => {
  const pairs = [
    { ...instrument(0, 'EUR/USD', { assetClass: 'fx', venue: 'quiet' }) },
    { ...instrument(1, 'EUR/USD', { assetClass: 'fx' }) },
    { ...instrument(2, 'EUR/SEK', { assetClass: 'fx' }), currency: 'SEK' },
    { ...instrument(3, 'BTC-USDT'), currency: 'USDT' },
    { ...instrument(4, 'ETH-BTC'), currency: 'BTC' },
  ];
  const rates = usdRates(pairs, columns([Number.NaN, 120, 1200, 9_000_000, 5]));
  expect(rates.get('SEK')).toBeCloseTo(0.1);
  expect(rates.get('ETH')).toBeCloseTo(4500);
});

test('pairs of currencies count that are not in the list that is shown', () => {
  const all = [
    { ...instrument(0, 'ETH-BTC'), currency: 'BTC' },
    instrument(1, 'SOL-USD'),
    instrument(2, 'BTC-USD'),
  ];
  const quotes = columns([5, 15_000, 9_000_000], [10_000, 300_000, 1]);
  const { tiles, unrated } = layOutHeatmap(all.slice(0, 2), quotes, noGroups, BOX, all);
  expect(unrated).toEqual([]);
  // 0.05 BTC at 90,000 dollars and 4.5 thousand dollars: as large as each other.
  expect(area(tiles[0]!.box) / area(tiles[1]!.box)).toBeCloseTo(1);
});

test('without a rate neither bitcoins vanish nor yen fill the picture, and it is said', () => {
  const rows = [
    instrument(0, 'A'),
    instrument(1, 'B'),
    instrument(2, 'C'),
    { ...instrument(3, 'ETH-BTC'), currency: 'BTC' },
    { ...instrument(4, '7203', { assetClass: 'equity' }), currency: 'JPY' },
    { ...instrument(5, '6758', { assetClass: 'equity' }), currency: 'JPY' },
  ];
  const quotes = columns([100, 100, 100, 5, 300_000, 300_000], [1e8, 2e8, 4e8, 1e5, 1e9, 3e9]);
  const { tiles, unrated } = layOutHeatmap(rows, quotes, noGroups, BOX);
  const areaOf = (symbol: string) => area(tiles.find(({ entry }) => entry.symbol === symbol)!.box);
  expect(unrated).toEqual(['BTC', 'JPY']);
  expect(areaOf('ETH-BTC') / areaOf('B')).toBeCloseTo(1);
  expect(areaOf('6758') / areaOf('B')).toBeCloseTo(1);
  expect(areaOf('6758') / areaOf('7203')).toBeCloseTo(3);
});

test('pence are hundredths of a pound', () => {
  const rows = [
    { ...instrument(0, 'VOD', { assetClass: 'equity' }), currency: 'GBp' },
    { ...instrument(1, 'AZN', { assetClass: 'equity' }), currency: 'GBP' },
    instrument(2, 'GBP/USD', { assetClass: 'fx' }),
  ];
  const { tiles, unrated } = layOutHeatmap(
    rows,
    columns([7_400, 7_400, 125], [30_000, 300, 0]),
    noGroups,
    BOX,
  );
  expect(unrated).toEqual([]);
  expect(area(tiles[0]!.box) / area(tiles[1]!.box)).toBeCloseTo(1);
});
