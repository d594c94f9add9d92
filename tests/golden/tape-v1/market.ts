import { instrumentId, unixUs, type GapMark, type InstrumentDefinition, type MarketEvent } from '#protocol';
import type { KeyframeInstrument } from '../../../server/tape/file/keyframe.ts';
import { openTapeWriter } from '../../../server/tape/file/open-tape-writer.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const START_US = 1_700_000_000_123_456;

export const DEFINITIONS: readonly InstrumentDefinition[] = [
  {
    venue: 'golden',
    symbol: 'BTC-USD',
    name: 'Bitcoin',
    assetClass: 'crypto',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 8 },
  },
  {
    venue: 'golden',
    symbol: 'ÆON',
    name: 'Aeon plc',
    assetClass: 'equity',
    currency: 'GBP',
    tick: { units: 25, decimals: 2 },
    lot: { units: 100, decimals: 0 },
  },
];

/** One of each kind of event, with the values that are written in a way of their own. */
export function goldenEvents(): MarketEvent[] {
  const base = (index: number, instrument: number, latencyUs: number): object => ({
    instrument: instrumentId(instrument),
    receiveTimeUs: unixUs(START_US + index * 1_111),
    venueTimeUs: unixUs(START_US + index * 1_111 - latencyUs),
  });
  const none = Number.NaN;
  const events = [
    { type: 'trade', ...base(0, 0, 4_000), price: 6_394_390, size: 12_345, aggressor: 1, tradeId: '100' },
    { type: 'trade', ...base(1, 0, 5_111), price: 6_394_391, size: 1, aggressor: 2, tradeId: '101' },
    { type: 'trade', ...base(2, 0, 0), price: -3, size: 0, aggressor: 0, tradeId: '' },
    {
      type: 'trade',
      ...base(1, 1, -700),
      price: 2 ** 53 - 1,
      size: 2 ** 53 - 1,
      aggressor: 0,
      tradeId: '9f-ü',
    },
    {
      type: 'trade',
      ...base(3, 1, 0),
      price: 1 - 2 ** 53,
      size: 7,
      aggressor: 1,
      tradeId: '18446744073709551615',
    },
    { type: 'quote', ...base(4, 0, 900), bid: 6_394_389, bidSize: 5, ask: 6_394_391, askSize: 9 },
    { type: 'quote', ...base(5, 0, 900), bid: 6_394_389, bidSize: 6, ask: none, askSize: none },
    { type: 'quote', ...base(6, 0, 900), bid: none, bidSize: none, ask: 6_394_391, askSize: 9 },
    { type: 'book', ...base(7, 0, 10), snapshot: true, bids: [100, 1, 99, 2, 90, 3], asks: [101, 4] },
    { type: 'book', ...base(8, 0, 10), snapshot: false, bids: [99, 0], asks: [] },
    { type: 'statistics', ...base(9, 1, 0), open: 50, high: 60, low: none, volume: 123_456 },
    {
      type: 'bar',
      ...base(10, 1, 0),
      intervalSeconds: 60,
      startTimeUs: unixUs(1_699_999_980_000_000),
      open: 50,
      high: 60,
      low: 40,
      close: 55,
      volume: 1_000,
    },
  ];
  return events as unknown as MarketEvent[];
}

/** Writes the market as a tape of two blocks of events. */
export function writeGolden(path: string): void {
  const clock = new ManualClock();
  const { writer } = openTapeWriter(path, { clock, sources: ['golden'] });
  for (const definition of DEFINITIONS) writer.define(definition);
  for (const [index, event] of goldenEvents().entries()) {
    writer.onEvent(event);
    if (index === 4) writer.flush();
  }
  writer.onState('live', 'All is well.');
  writer.close();
}

/** Marks of a tape of gaps: the instrument is that of the golden dictionary. */
export const GOLDEN_GAPS: readonly GapMark[] = [
  {
    feed: 'golden',
    instrument: instrumentId(1),
    fromTimeUs: unixUs(1_700_000_001_250_000),
    toTimeUs: unixUs(1_700_000_004_450_000),
    reason: 'cut',
    missing: 12,
  },
  {
    feed: 'golden',
    fromTimeUs: unixUs(1_700_000_001_250_000),
    toTimeUs: unixUs(1_700_000_003_900_000),
    reason: 'silence',
  },
];

/** Writes the market with what is missing in it. */
export function writeGaps(path: string): void {
  const clock = new ManualClock();
  const { writer } = openTapeWriter(path, { clock, sources: ['golden'] });
  for (const definition of DEFINITIONS) writer.define(definition);
  for (const event of goldenEvents()) writer.onEvent(event);
  for (const mark of GOLDEN_GAPS) writer.gap(mark);
  writer.close();
}

/** Events of the golden market before the place where the state begins anew. */
export const GOLDEN_ANEW_EVENT = 8;

/** What is known where the state begins anew: nothing of the first instrument, another trade and book of the second. */
export const GOLDEN_ANEW: KeyframeInstrument = {
  instrument: 1,
  last: 60,
  lastSize: 3,
  volume: 1_003,
  tradeTimeUs: START_US + 8_000,
  bid: 59,
  bidSize: 2,
  ask: 61,
  askSize: 4,
  high: 70,
  low: 40,
  open: 50,
  trades: 9,
  bars: [
    { intervalSeconds: 60, startS: 1_699_999_980, open: 50, high: 70, low: 40, close: 60, volume: 1_003 },
  ],
  book: { bids: [59, 2, 58, 1], asks: [61, 4] },
};

/** Writes the market as a range that was kept over a restart. */
export function writeAnew(path: string): void {
  const clock = new ManualClock();
  const { writer } = openTapeWriter(path, { clock, sources: ['golden'] });
  for (const definition of DEFINITIONS) writer.define(definition);
  for (const [index, event] of goldenEvents().entries()) {
    if (index === GOLDEN_ANEW_EVENT) writer.beginAnew([GOLDEN_ANEW]);
    writer.onEvent(event);
  }
  writer.close();
}

// Run as a program it replaces the golden files, which is a change of the format.
if (import.meta.main) {
  writeGolden(new URL('market.tape', import.meta.url).pathname);
  writeGaps(new URL('gaps.tape', import.meta.url).pathname);
  writeAnew(new URL('anew.tape', import.meta.url).pathname);
}
