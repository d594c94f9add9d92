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
  expect(rates.has('BTC')).toBe(false);
});
