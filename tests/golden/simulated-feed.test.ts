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
    events: 'ad7e19dcca92d9c458788b4b2babbdfd579c2c47a98fba339baf562a54be2702',
    history: '51cce0750c916e5b21d49650ca0d099c56008f832ae34e8b609afd9754f21985',
  },
  {
    title: 'two thousand instruments in a hurry',
    options: { seed: 20_261_001, symbols: 2_000, eventsPerSecond: 50_000 },
    events: '291ba0817c47e54af47b251779fb3dc7ed56aedd37baa6b5b92dd451d5c284e1',
    history: '2224c702c1dd2c26b90b8918cd49708b87599423324c9a3c2a57da1edad1225a',
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
