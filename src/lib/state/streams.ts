/** What panels follow besides quotes: asked for when the page runs, and here before the first panel that draws it. */
export { BarFeed } from './bar-stream.ts';
export { BookFeed } from './book-stream.ts';
export { TradeFeed } from './trade-stream.ts';
