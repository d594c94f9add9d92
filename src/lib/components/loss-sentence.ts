/** What each counter of the server, and of the page (`page:`), counts: a sentence without its end. */
const COUNTED: Readonly<Record<string, string>> = {
  bad_book: 'Books were refused because a level was no whole price or size',
  bad_history_bar: 'Bars of a venue’s history were refused because a value was missing or too new',
  bad_price: 'Events were refused because a price was no whole number of ticks',
  bad_size: 'Events were refused because a size was no whole number of lots',
  bad_time: 'Events were refused because their time was impossible',
  bar_not_kept: 'Bars were refused because they were too old or of a length that is not kept',
  book_levels_dropped: 'Levels far from the best price were dropped because a book was full',
  gap_checksum: 'A book did not match its checksum and has a gap until it came anew',
  gap_content: 'A venue sent what cannot be, and the book has a gap until it came anew',
  gap_cut: 'A connection was lost, and what was missed is a gap',
  gap_overload: 'More came than could be taken, and what was missed is a gap',
  gap_recording: 'Nothing was recorded for a while, which is a gap',
  gap_sequence: 'Messages of a venue were missing, which is a gap',
  gap_silence: 'A feed fell silent, and what was missed is a gap',
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

/** What a counter counts, in words; a counter that nobody described goes by its name. */
export function lossSentence(counter: string): string {
  return COUNTED[counter] ?? counter;
}
