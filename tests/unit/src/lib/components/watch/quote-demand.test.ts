import { expect, test } from 'vitest';
import { QuoteDemand } from '../../../../../../src/lib/components/watch/quote-demand.ts';
import type { QuoteWatch } from '../../../../../../src/lib/state/market.ts';
import { instrument } from '../test-instruments.ts';

class RecordedWatches {
  readonly open = new Map<string, number>();
  readonly calls: string[] = [];

  watchQuotes(selectors: readonly string[], maxRateHz: number): QuoteWatch {
    const key = selectors.join(' ');
    this.open.set(key, maxRateHz);
    this.calls.push(`open ${key}`);
    return {
      tune: (hz) => void this.open.set(key, hz),
      close: () => {
        this.open.delete(key);
        this.calls.push(`close ${key}`);
      },
    };
  }
}

const a = instrument(0, 'A');
const b = instrument(1, 'B');

test('a few hundred instruments are all watched at the cadence', () => {
  const market = new RecordedWatches();
  const demand = new QuoteDemand(market, 10);
  demand.setTotal(40);
  demand.setVisible([a, b]);
  expect([...market.open]).toEqual([['*', 10]]);
  demand.setCadence(2);
  expect([...market.open]).toEqual([['*', 2]]);
  demand.close();
  expect(market.open.size).toBe(0);
});

test('of thousands, the rows in view get the cadence and the others 1 Hz', () => {
  const market = new RecordedWatches();
  const demand = new QuoteDemand(market, 10);
  demand.setTotal(10_000);
  demand.setVisible([a]);
  expect([...market.open]).toEqual([
    ['*', 1],
    ['sim:A', 10],
  ]);
});

test('scrolling opens the new watch before it closes the old one', () => {
  const market = new RecordedWatches();
  const demand = new QuoteDemand(market, 10);
  demand.setTotal(10_000);
  demand.setVisible([a]);
  demand.setVisible([a]);
  demand.setVisible([b, a]);
  demand.setVisible([a, b]);
  expect(market.calls).toEqual(['open *', 'open sim:A', 'open sim:B sim:A', 'close sim:A']);
});

test('a survey of all asks for no more than 2 Hz, and follows no rows', () => {
  const market = new RecordedWatches();
  const demand = new QuoteDemand(market, 10);
  demand.setTotal(10_000);
  demand.setVisible([a]);
  demand.setScope('survey');
  demand.setVisible([b]);
  expect([...market.open]).toEqual([['*', 2]]);
  demand.setScope('list');
  expect([...market.open]).toEqual([['*', 1]]);
});

test('a page of a few asks for those at the cadence, also where there are few instruments in all', () => {
  const market = new RecordedWatches();
  const demand = new QuoteDemand(market, 10);
  demand.setTotal(40);
  demand.setScope('few');
  demand.setVisible([b]);
  demand.setTotal(41);
  expect([...market.open]).toEqual([
    ['*', 0.5],
    ['sim:B', 10],
  ]);
  demand.setScope('list');
  expect([...market.open]).toEqual([['*', 10]]);
});
