import type { Desk } from '../desk.svelte.ts';
import { marketClosing } from '../instrument/market-closing.ts';
import type { FieldSource } from './row-fields.ts';

/** Texts and values of rows as the viewer sees the market: during a pause nothing changes and nothing ages. */
export function deskFieldSource(desk: Desk): FieldSource {
  const { market, gaps } = desk;
  const clockMs = (): number =>
    market.paused && market.timeline.mode === 'live' ? market.quotes.frozenAtMs : desk.gapClockMs();
  return {
    columns: () => market.quotes.columns,
    venueCode: (venue) => desk.venueCode(venue),
    venueName: (venue) => desk.venueName(venue),
    ageMs: (instrument) => gaps.ageMs(instrument, clockMs()),
    updates: (instrument) => gaps.updates(instrument),
    changedAtMs: (instrument) => market.quotes.changedAtMs[instrument] ?? 0,
    staleAgeMs: (instrument) => (market.paused ? 0 : gaps.staleAgeMs(instrument, desk.gapClockMs())),
    distrust: (instrument) => market.feeds.stale.get(instrument) ?? '',
    closing: (entry) => marketClosing(market, desk.isSimulated(entry.venue), entry),
  };
}
