import type { MarketEvent } from '#protocol';
import { NO_TRADE_ID } from '../../../../server/tape/event-block.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';

/** A recording of one trade for each receive time; the n-th trade has price n and id n. */
export function recordedAt(timesUs: readonly number[]): RecordingReader {
  const builder = new RecordingBuilder();
  const instrument = builder.instruments.number('test', 'AAA', 'other', 'USD');
  for (const [index, timeUs] of timesUs.entries())
    builder.trade(instrument, timeUs - 5, timeUs, index, 0, 1, 0, 1, index);
  return builder.finish();
}

/** One trade of size 1 without id. */
export function addTrade(builder: RecordingBuilder, symbol: string, timeUs: number, price: number): void {
  const instrument = builder.instruments.number('test', symbol, 'other', '');
  builder.trade(instrument, timeUs, timeUs, price, 0, 1, 0, 0, NO_TRADE_ID);
}

export function played(recording: RecordingReader, fromIndex = 0, toIndex = recording.events): MarketEvent[] {
  const events: MarketEvent[] = [];
  recording.play(fromIndex, toIndex, (event) => events.push(structuredClone(event)));
  return events;
}
