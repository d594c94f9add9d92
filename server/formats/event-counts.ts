/** Events by kind. */
export interface EventCounts {
  trade: number;
  quote: number;
  book: number;
  bar: number;
}

export const noEvents = (): EventCounts => ({ trade: 0, quote: 0, book: 0, bar: 0 });
