import type { AlertPhase, InstrumentDefinition, MarketEvent, QuoteColumns } from '#protocol';
import type { Look } from './arming.ts';

/**
 * Follows one instrument for one condition. Made for the instrument's units, and made anew when these change. It holds what the condition
 * has to remember (a window, a side) and nothing of firings.
 */
export interface Probe {
  /** True when time alone changes what it says: it is asked every second too. */
  readonly ticks: boolean;
  /** Takes an event; the columns hold the values as they are after it. Returns false when the event changes nothing here. */
  onEvent(event: MarketEvent, nowUs: number): boolean;
  look(phase: AlertPhase, nowUs: number): Look;
  /** What is seen now, as decimal text in the condition's unit. */
  value(nowUs: number): string;
  /** The end of the sentence that begins with the instrument: `last is 64210.50, at or above 64200`. */
  sentence(nowUs: number): string;
  /** A side that outlives the process: -1 below, 1 above, 0 = none is needed or known. */
  readonly side: number;
}

export interface ProbeParts {
  readonly columns: QuoteColumns;
  readonly instrument: number;
  readonly definition: InstrumentDefinition;
  /** In the condition's unit. */
  readonly rearmBy: string;
  readonly side: number;
  readonly nowUs: number;
}
