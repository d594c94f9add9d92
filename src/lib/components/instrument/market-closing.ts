import type { Closing, DictionaryEntry } from '#protocol';
import { closingSentence, MarketHours } from '../../../protocol/market-hours.ts';
import { NO_VALUE } from '../../format/index.ts';
import type { Market } from '../../state/market.ts';

const hours = new MarketHours();

/** The close that an instrument is behind at the time that is shown, a replay's too; null while it trades. What is made up never closes. */
export function marketClosing(
  { quotes, timeline }: Pick<Market, 'quotes' | 'timeline'>,
  simulated: boolean,
  entry: DictionaryEntry,
): Closing | null {
  if (simulated) return null;
  return hours.closing(entry, timeline.nowUs(), quotes.columns.tradeTimeUs[entry.id] ?? Number.NaN);
}

/** `Closed 16:00 New York. Last 227.41.`; empty while it trades. */
export function closedWords(closing: Closing | null, last: string): string {
  if (closing === null) return '';
  return last === NO_VALUE ? closingSentence(closing) : `${closingSentence(closing)} Last ${last}.`;
}
