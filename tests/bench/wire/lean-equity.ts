import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import {
  AGGRESSOR_UNKNOWN,
  instrumentId,
  invariant,
  priceTicks,
  sizeLots,
  unixUs,
  type InstrumentDefinition,
} from '#protocol';
import type { RecordedEvent } from './sliced-stream.ts';

/** Prices in the files are multiplied by 10,000, and no price of a US share of this size is finer than a cent. */
const FILE_UNITS_PER_TICK = 100;

/** A US share: cents and single shares, since trades of odd lots are in the files. */
export const SHARE: Omit<InstrumentDefinition, 'symbol' | 'name'> = {
  venue: 'lean',
  assetClass: 'equity',
  currency: 'USD',
  tick: { units: 1, decimals: 2 },
  lot: { units: 1, decimals: 0 },
};

async function rows(path: string): Promise<number[][]> {
  const archive = await openPromise(path);
  const texts: string[] = [];
  for await (const entry of archive.eachEntry()) {
    const stream = await archive.openReadStreamPromise(entry);
    texts.push((await buffer(stream)).toString('utf8'));
  }
  return texts
    .flatMap((text) => text.split(/\r?\n/).filter(Boolean))
    .map((line) => line.split(',').map(Number));
}

/** A price of the file; 0 = not in this message. */
function ticks(filePrice: number): number {
  invariant(filePrice % FILE_UNITS_PER_TICK === 0, 'a price of the file is a whole number of cents');
  return filePrice === 0 ? Number.NaN : filePrice / FILE_UNITS_PER_TICK;
}

const lots = (fileSize: number, filePrice: number): number => (filePrice === 0 ? Number.NaN : fileSize);

/**
 * One day of tick quotes and trades of a share in the layout of the Lean engine, merged by time. Quote rows are `ms, bid, bid size, ask,
 * ask size, ...` with one side each, trade rows `ms, price, size, ...`; times count from midnight.
 */
export async function readLeanShare(paths: { quotes: string; trades: string }): Promise<RecordedEvent[]> {
  const of = (ms: number) => ({
    instrument: instrumentId(0),
    venueTimeUs: unixUs(ms * 1000),
    receiveTimeUs: unixUs(ms * 1000),
  });
  const quotes = (await rows(paths.quotes)).map(([ms, bid, bidSize, ask, askSize]): RecordedEvent => ({
    timeUs: ms! * 1000,
    event: {
      type: 'quote',
      ...of(ms!),
      bid: priceTicks(ticks(bid!)),
      bidSize: sizeLots(lots(bidSize!, bid!)),
      ask: priceTicks(ticks(ask!)),
      askSize: sizeLots(lots(askSize!, ask!)),
    },
  }));
  const trades = (await rows(paths.trades)).map(([ms, price, size]): RecordedEvent => ({
    timeUs: ms! * 1000,
    event: {
      type: 'trade',
      ...of(ms!),
      price: priceTicks(ticks(price!)),
      size: sizeLots(size!),
      aggressor: AGGRESSOR_UNKNOWN,
      tradeId: '',
    },
  }));
  return [...quotes, ...trades].sort((a, b) => a.timeUs - b.timeUs);
}
