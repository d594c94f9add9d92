import type { InstrumentDefinition } from '#protocol';
import { EventScales } from './event-scales.ts';
import type { KeyframeInstrument } from './keyframe.ts';
import { MarketMirror } from './market-mirror.ts';

/** Where a recording stands, for a tape that goes on from there: instruments by their id, and what is known of them. */
export interface TapeState {
  definitions: readonly InstrumentDefinition[];
  mirror: MarketMirror;
  /** Instruments whose source counts in coarser units than the definitions. */
  scales: EventScales;
  /** Replay time of the last event; 0 = there was none. */
  timeUs: number;
}

/** Nothing is known. */
export function emptyState(): TapeState {
  return { definitions: [], mirror: new MarketMirror(), scales: new EventScales(), timeUs: 0 };
}

/** A state that somebody else knows, such as an engine. Ids are positions in the list. */
export function stateOf(
  definitions: readonly InstrumentDefinition[],
  known: readonly KeyframeInstrument[],
  timeUs: number,
): TapeState {
  const mirror = new MarketMirror();
  mirror.reserve(definitions.length);
  mirror.load(known);
  return { definitions: [...definitions], mirror, scales: new EventScales(), timeUs };
}
