import { createHash } from 'node:crypto';
import { BAR_INTERVAL_SECONDS } from '#protocol';
import { describe, expect, it } from 'vitest';
import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import { EventDigest } from '../unit/server/feeds/simulated/event-log.ts';

/** 2026-10-01T13:37:12.345678Z. */
const START_US = 1_790_861_832_345_678;
const EVENTS = 20_000;

/**
 * The first events and the past of two simulations, as hashes. A change here changes what every seed shows: it belongs into the
 * changelog. Holds for V8 on any machine, whose Math.exp and Math.log are its own code.
 */
const EXPECTED = [
  {
    title: 'forty instruments',
    options: { seed: 1, symbols: 40, eventsPerSecond: 1_000 },
    events: '676347dc43707c246b72430ed74ed2d8ccddf975f6f4141057dea9ea4cc44e83',
    history: '7dca3feb70735ff235bfe8df9f4b7bdfe7b15e4a8b1230a9f38681784940e5e3',
  },
  {
    title: 'two thousand instruments in a hurry',
    options: { seed: 20_261_001, symbols: 2_000, eventsPerSecond: 50_000 },
    events: '264a04a51b488279d5bfab3fc4cc130ca0809f1117e48f6f07fd502388af29a9',
    history: '3e2631f2281be6de6362ac810a8f581f458e56212c1ca93a4c39a501b6d67bf0',
  },
];

describe('the simulated feed is the same as ever', () => {
  it.each(EXPECTED)('for $title: the first events', ({ options, events }) => {
    const simulation = createSimulation({ ...options, startTimeUs: START_US });
    const digest = new EventDigest(EVENTS);
    simulation.emitFirst(digest);
    while (digest.count < EVENTS) simulation.advance(simulation.timeUs + 50_000, digest);
    expect(digest.hex()).toBe(events);
  });

  it.each(EXPECTED)('for $title: the past', ({ options, history }) => {
    const simulation = createSimulation({ ...options, startTimeUs: START_US });
    const hash = createHash('sha256');
    for (const intervalS of Object.values(BAR_INTERVAL_SECONDS))
      for (const index of [0, 7, 39])
        hash.update(JSON.stringify(simulation.history(index, intervalS, Number.POSITIVE_INFINITY, 300)));
    expect(hash.digest('hex')).toBe(history);
  });
});
