import type { MarketEventType } from '#protocol';
import type { PriceKind } from './capture-prices.ts';
import type { VenueFault } from './ports.ts';

export interface CapturedInstrument {
  events: number;
  /** Which prices the two are of; null when there is none. */
  of: PriceKind | null;
  /** Decimal text. */
  low: string | null;
  high: string | null;
}

/** What a run over a capture came to. Times are arrival times of events, us since 1970; null when there was no event. */
export interface CaptureSummary {
  /** Frames that the venue sent. */
  frames: number;
  unknownFrames: number;
  malformedFrames: number;
  /** Frames for what was not asked for. */
  unexpectedFrames: number;
  /** Holes: in the venue's sequence numbers, and in trade ids where those follow one another. */
  sequenceGaps: number;
  checksumsChecked: number;
  checksumFailures: number;
  events: Record<MarketEventType, number>;
  /** Trades that were left out because they had come before. */
  repeatedTrades: number;
  faults: Record<VenueFault['kind'], number>;
  firstTimeUs: number | null;
  lastTimeUs: number | null;
  instruments: Record<string, CapturedInstrument>;
  /** The first sentences of what was not as it should be. */
  notes: string[];
}

const NOTES_MAX = 20;

export function emptySummary(): CaptureSummary {
  return {
    frames: 0,
    unknownFrames: 0,
    malformedFrames: 0,
    unexpectedFrames: 0,
    sequenceGaps: 0,
    checksumsChecked: 0,
    checksumFailures: 0,
    events: { trade: 0, quote: 0, book: 0, statistics: 0, bar: 0 },
    repeatedTrades: 0,
    faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
    firstTimeUs: null,
    lastTimeUs: null,
    instruments: {},
    notes: [],
  };
}

export function note(summary: CaptureSummary, sentence: string): void {
  if (summary.notes.length < NOTES_MAX && !summary.notes.includes(sentence)) summary.notes.push(sentence);
}
