import { expect, it } from 'vitest';
import { unixUs, type BarEvent } from '#protocol';
import { TradeBars } from '../../../../server/formats/trade-bars.ts';
import { trade } from '../../../support/test-timeline.ts';

const T = 1_700_000_040_000_000;

it('closes a bar with its newest trade, however late others come', () => {
  const bars: BarEvent[] = [];
  const made = new TradeBars(60, (bar) => bars.push(bar));
  made.trade(trade(0, T, 100, 1));
  made.trade(trade(0, T + 30_000_000, 101, 1));
  made.trade({ ...trade(0, T + 10_000_000, 90, 2), receiveTimeUs: unixUs(T + 31_000_000) });
  made.trade(trade(0, T + 60_000_000, 102, 1));
  made.finish();
  expect(bars).toMatchObject([
    { open: 100, high: 101, low: 90, close: 101, volume: 4 },
    { open: 102, close: 102, volume: 1 },
  ]);
});
