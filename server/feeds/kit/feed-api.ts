/**
 * What an adapter outside of this repository may use, published as `tickwire/feed`. An adapter needs its types only, so that a folder
 * runs wherever it lies; the functions are for its tests.
 */
export type {
  AssetClass,
  BarEvent,
  BookEvent,
  MarketEvent,
  PriceTicks,
  QuoteEvent,
  SizeLots,
  StatisticsEvent,
  UnixUs,
} from '#protocol';
export { usOfText } from '../event-time.ts';
export { NumberText } from '../number-text.ts';
export type { CaptureLine } from '../venue/capture-lines.ts';
export { runCapture } from '../venue/capture-run.ts';
export type { CaptureSummary } from '../venue/capture-summary.ts';
export type {
  RawFrame,
  Venue,
  VenueConnection,
  VenueFault,
  VenueInstrument,
  VenueKey,
  VenueListing,
  VenuePort,
  VenueRest,
  VenueTrade,
} from '../venue/ports.ts';
export { readCapture } from './capture-file.ts';
export { checkFeed, isConforming } from './check-feed.ts';
export type { CheckResult } from './check-result.ts';
export type { VenueScript } from './venue-script.ts';
