import { describe, expect, test } from 'vitest';
import { LagMeter } from '../../../../../src/lib/client/lag-meter.ts';

describe('lag', () => {
  test('the clock difference is taken out by the round trip with the least delay', () => {
    const meter = new LagMeter();
    expect(meter.liveLagMs(0, 0)).toBeNaN();
    meter.onPong(0, 100_000, 5_000_000);
    meter.onPong(1_000_000, 1_010_000, 6_005_000);
    expect(meter.roundTripMs).toBe(10);
    expect(meter.liveLagMs(2_000_000, 6_980_000)).toBe(20);
  });

  test('in a replay the lag is what a frame took beyond the fastest one', () => {
    const meter = new LagMeter();
    meter.onPong(0, 10_000, 0);
    expect(meter.replayLagMs(1_000_000, 500)).toBe(5);
    expect(meter.replayLagMs(1_130_000, 600)).toBe(35);
    meter.restart();
    expect(meter.replayLagMs(9_000_000, 10)).toBe(5);
  });
});
