import type { EventSink } from '../../server/engine/ports.ts';
import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import { openTapeWriter } from '../../server/tape/file/open-tape-writer.ts';
import { ManualClock } from './manual-clock.ts';

export interface SimulatedTape {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** The instruments' venue, where it is to be another one. */
  readonly venue?: string;
}

/** Writes a tape of the simulated market: the same every time. */
export function simulatedTape(
  path: string,
  { symbols, eventsPerSecond, seconds, venue }: SimulatedTape,
): void {
  const clock = new ManualClock();
  const { writer } = openTapeWriter(path, { clock, flushIntervalMs: 0, syncIntervalMs: 0 });
  const simulation = createSimulation({ seed: 1, symbols, eventsPerSecond, startTimeUs: clock.nowUs() });
  const sink: EventSink = {
    define: (definition) => writer.define(venue === undefined ? definition : { ...definition, venue }),
    onEvent: (event) => writer.onEvent(event),
    onState: (state, message) => writer.onState(state, message),
  };
  simulation.define(sink);
  simulation.emitFirst(sink);
  simulation.advance(simulation.startTimeUs + seconds * 1_000_000, sink);
  writer.close();
}
