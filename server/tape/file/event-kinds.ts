/** Tag of an event, one byte ([TF12]). */
export const KIND_TRADE = 1;
export const KIND_QUOTE = 2;
export const KIND_BOOK = 3;
export const KIND_STATISTICS = 4;
export const KIND_BAR = 5;
export const TAG_KIND = 0x07;
/** Trades: who crossed the spread. */
export const TAG_AGGRESSOR_SHIFT = 3;
export const TAG_AGGRESSOR = 0x18;
/** Books: the levels are all there is. */
export const TAG_SNAPSHOT = 0x08;
/** The instrument is that of the event before. */
export const TAG_SAME_INSTRUMENT = 0x20;
/** The venue's time is the arrival's. */
export const TAG_VENUE_IS_RECEIVE = 0x40;
/** The venue's time moved by whole milliseconds and is written in them. */
export const TAG_VENUE_MS = 0x80;

/** Columns of an event block, in the order in which they stand. */
export const COLUMNS = [
  'tag',
  'instrument',
  'receiveTime',
  'venueTime',
  'tradePrice',
  'tradeSize',
  'tradeId',
  'tradeIdText',
  'quoteMask',
  'quotePrice',
  'quoteSize',
  'bookCount',
  'bookPrice',
  'bookSize',
  'other',
] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** What the numbers of an instrument are written against: the ones before it in the same block, 0 at its start. */
export const ROW = 16;
export const LAST_BLOCK = 0;
export const LAST_VENUE_TIME = 1;
export const LAST_TRADE_PRICE = 2;
export const LAST_TRADE_ID = 3;
export const LAST_BID = 4;
export const LAST_BID_SIZE = 5;
export const LAST_ASK = 6;
export const LAST_ASK_SIZE = 7;
export const LAST_BOOK_BID = 8;
export const LAST_BOOK_ASK = 9;
export const LAST_OPEN = 10;
export const LAST_HIGH = 11;
export const LAST_LOW = 12;
export const LAST_VOLUME = 13;
export const LAST_CLOSE = 14;
