import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATE_CLASSES_HZ, type Channel } from '#protocol';
import { OutboxWorld, type Step } from './outbox-world.ts';

const SEED = 20_260_722;

const client = fc.nat(2);
const rateHz = fc.constantFrom(...RATE_CLASSES_HZ);
const channel = fc.constantFrom<Channel>('quote', 'trade', 'book', 'raw', 'bar:1s', 'bar:1m');
const selectors = fc.constantFrom(['*'], ['AA'], ['A*'], ['*', '!AA'], ['BA', 'BB'], ['*B']);

const anyStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('events' as const), seed: fc.nat(), count: fc.nat(30) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('trading' as const), seed: fc.nat(), rounds: fc.nat(30) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(1_500) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stall' as const), ms: fc.nat(4_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pace' as const), ms: fc.constantFrom(2, 8, 25) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('subscribe' as const), client, channel, selectors, rateHz }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), client, which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tune' as const), client, which: fc.nat(3), rateHz }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      client,
      rateHz,
      bitsPerSecond: fc.constantFrom(0, 8_000, 16_000, 1_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lag' as const), client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('full' as const), client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drained' as const), client }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const), client, frames: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), client }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const), client }) },
  { weight: 1, arbitrary: fc.constant({ do: 'define' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'rebase' as const }) },
);
const epochStep = fc.oneof(
  { weight: 14, arbitrary: anyStep },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), clear: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'release' as const }) },
);

function property(step: fc.Arbitrary<Step>, tradeRingSize: number, runs: number): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const world = new OutboxWorld(tradeRingSize);
      world.run(steps);
      world.checkAll();
      expect(await world.close(), 'timers left').toBe(0);
    }),
    { seed: SEED, numRuns: runs },
  );
}

describe('whatever happens on the way, at rest every viewer holds exactly what the engine holds', () => {
  it('of quotes, books, bars and trades', () => property(anyStep, 4_096, 400), 60_000);

  it('over new epochs', () => property(epochStep, 4_096, 400), 60_000);

  it('and is told of every trade that left the ring', () => property(anyStep, 16, 400), 60_000);
});
