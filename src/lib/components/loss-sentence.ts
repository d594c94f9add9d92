import { GAP_REASONS, type GapReason } from '../../protocol/gap.ts';

/** What each counter of the server, and of the page (`page:`), counts: a sentence without its end. */
const COUNTED: Readonly<Record<string, string>> = {
  bad_book: 'Books were refused because a level was no whole price or size',
  bad_history_bar: 'Bars of a venue’s history were refused because a value was missing or too new',
  bad_price: 'Events were refused because a price was no whole number of ticks',
  bad_size: 'Events were refused because a size was no whole number of lots',
  bad_time: 'Events were refused because their time was impossible',
  bar_not_kept: 'Bars were refused because they were too old or of a length that is not kept',
  book_levels_dropped: 'Levels far from the best price were dropped because a book was full',
  history_failed: 'A venue did not answer when asked for its history',
  ticks_skipped: 'A viewer was passed over because it was still busy with earlier updates',
  too_late_for_bar: 'Trades came too late for a bar that was no longer kept',
  trades_lost: 'Trades were gone before a slow viewer could be served',
  units_changed: 'An instrument’s history was dropped because its tick or lot changed',
  unknown_instrument: 'Events were refused because their instrument was not announced',
  unknown_type: 'Events were refused because their type is unknown',
  updates_conflated: 'Updates were merged into newer ones for viewers that were behind',
  zero_size: 'Trades came with a size of zero',
  'page:connectionsLost': 'This page lost its connection',
  'page:framesDamaged': 'This page could not read a frame',
  'page:framesOutOfOrder': 'This page ignored a frame older than the one before',
  'page:framesUnknownGeneration': 'This page got a frame before the list of instruments that it needs',
  'page:framesUnknownKind': 'This page ignored a frame of a kind that it does not know',
  'page:tradesLost': 'Trades did not reach this page',
};

/** Before the reason of a gap. */
const GAP = 'gap_';

/** What a counter counts, in words; a counter that nobody described goes by its name. */
export function lossSentence(counter: string): string {
  const gap = counter.startsWith(GAP) && GAP_REASONS[counter.slice(GAP.length) as GapReason];
  return COUNTED[counter] ?? (gap ? gap.replace(/\.$/, '') : counter);
}
