import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import { openTapeWriter } from '../../server/tape/file/open-tape-writer.ts';
import { ManualClock } from './manual-clock.ts';

export interface SimulatedTape {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

/** Writes a tape of the simulated market: the same every time. */
export function simulatedTape(path: string, { symbols, eventsPerSecond, seconds }: SimulatedTape): void {
  const clock = new ManualClock();
  const { writer } = openTapeWriter(path, { clock, flushIntervalMs: 0, syncIntervalMs: 0 });
  const simulation = createSimulation({ seed: 1, symbols, eventsPerSecond, startTimeUs: clock.nowUs() });
  simulation.define(writer);
  simulation.emitFirst(writer);
  simulation.advance(simulation.startTimeUs + seconds * 1_000_000, writer);
  writer.close();
}
