import { ASSET_CLASSES, InvariantError, stepsToText } from '#protocol';
import { describe, expect, it } from 'vitest';
import { floorTicks } from '../../../../../server/feeds/simulated/price-process.ts';
import { SYMBOLS_MAX, universe } from '../../../../../server/feeds/simulated/universe.ts';

const all = universe(SYMBOLS_MAX);

function tickOf(symbol: string): string {
  const found = all.find((instrument) => instrument.symbol === symbol)!;
  return stepsToText(1, found.tick);
}

describe('the simulated universe', () => {
  it('names forty instruments before it invents any', () => {
    const symbols = universe(40).map((instrument) => instrument.symbol);
    expect(symbols[0]).toBe('BTC-USD');
    for (const known of ['ES', 'NQ', 'CL', 'GC', 'ZN', 'VIX', 'AAPL', 'SPY', 'EUR/USD', 'USD/JPY', 'ETH-USD'])
      expect(symbols).toContain(known);
  });

  it('shows four asset classes among the first four instruments', () => {
    expect(new Set(universe(4).map((instrument) => instrument.assetClass)).size).toBe(4);
  });

  it('keeps each instrument at its place whatever number is asked for', () => {
    expect(universe(3)).toEqual(all.slice(0, 3));
    expect(universe(500)).toEqual(all.slice(0, 500));
  });

  it('has a different symbol and a name for each of 10,000 instruments', () => {
    expect(new Set(all.map((instrument) => instrument.symbol)).size).toBe(SYMBOLS_MAX);
    expect(all.every((instrument) => instrument.name.length > 2)).toBe(true);
    expect(all.every((instrument) => ASSET_CLASSES.includes(instrument.assetClass))).toBe(true);
  });

  it('uses the tick sizes of the real contracts', () => {
    expect(['ES', 'NQ', 'CL', 'GC', 'ZN', 'AAPL', 'EUR/USD', 'USD/JPY'].map(tickOf)).toEqual([
      '0.25',
      '0.25',
      '0.01',
      '0.1',
      '0.015625',
      '0.01',
      '0.00001',
      '0.001',
    ]);
  });

  it('keeps every price far above the lowest one a ten-level book needs', () => {
    const low = all.filter((instrument) => instrument.anchorTicks < 3 * floorTicks(instrument));
    expect(low.map((instrument) => instrument.symbol)).toEqual([]);
  });

  it('leaves each instrument movement of its own', () => {
    expect(all.every((instrument) => instrument.marketLoad ** 2 + instrument.sectorLoad ** 2 < 1)).toBe(true);
  });

  it('refuses numbers of instruments that it does not have', () => {
    for (const symbols of [0, -1, 1.5, SYMBOLS_MAX + 1, Number.NaN])
      expect(() => universe(symbols)).toThrow(InvariantError);
  });
});
