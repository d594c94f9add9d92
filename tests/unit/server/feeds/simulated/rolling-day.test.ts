import { Engine } from '../../../../../server/engine/engine.ts';
import { createSimulation } from '../../../../../server/feeds/simulated/simulation.ts';
import { instrumentId, unixUs, type MarketEvent } from '#protocol';
import { describe, expect, it } from 'vitest';

/** 2026-10-01T13:37:12.345678Z. */
const START_US = 1_790_861_832_345_678;
const START_S = START_US / 1_000_000;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** A simulation into an engine, as a server runs it. */
function run(hours: number) {
  const simulation = createSimulation({ seed: 3, symbols: 4, eventsPerSecond: 2, startTimeUs: START_US });
  const engine = new Engine(unixUs(START_US));
  const told: number[] = [];
  const sink = {
    define: (definition: Parameters<Engine['define']>[0]) => engine.define(definition),
    onEvent(event: MarketEvent): void {
      if (event.type === 'statistics') told.push(event.venueTimeUs / 1_000_000);
      engine.onEvent(event);
    },
  };
  const ids = simulation.define(sink);
  simulation.emitFirst(sink);
  simulation.advance(START_US + hours * HOUR_S * 1_000_000, sink);
  return { simulation, engine, ids, told, nowS: START_S + hours * HOUR_S };
}

describe('the day of a simulation that has run for long', () => {
  it.each([
    ['less than a day, with the past before it', 7.5],
    ['three days', 72.9],
  ])('is the 24 h before the hour in progress, after %s', (_, hours) => {
    const { simulation, engine, ids, nowS } = run(hours);
    const fromS = Math.floor(nowS / HOUR_S) * HOUR_S - DAY_S;
    const { columns } = engine.state;
    for (const [index, id] of ids.entries()) {
      const traded = [
        ...simulation.history(index, HOUR_S, Number.POSITIVE_INFINITY, 48),
        ...engine.bars.range(HOUR_S, id, 0, Number.POSITIVE_INFINITY, 1_000),
      ].filter(({ startS }) => startS >= fromS);
      expect(columns.volume[id]).toBe(traded.reduce((sum, { volume }) => sum + volume, 0));
      expect(columns.high[id]).toBe(Math.max(...traded.map(({ high }) => high)));
      expect(columns.low[id]).toBe(Math.min(...traded.map(({ low }) => low)));
      expect(engine.dictionary.open(instrumentId(id))).toBe(traded[0]!.open);
    }
  });

  it('is told with the first event of an hour, and no more often', () => {
    const { told, ids } = run(5);
    const hours = told.map((timeS) => Math.floor(timeS / HOUR_S) - Math.floor(START_S / HOUR_S));
    expect(hours).toEqual([0, 1, 2, 3, 4, 5].flatMap((hour) => ids.map(() => hour)));
  });
});
