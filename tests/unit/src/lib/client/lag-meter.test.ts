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

  test('a backlog of minutes does not pass for a difference of the clocks', () => {
    const meter = new LagMeter();
    meter.onPong(0, 10_000, 5_000);
    for (let second = 1; second < 120; second += 1) {
      meter.onPong(second * 1_000_000, (second + 4) * 1_000_000, second * 1_000_000 + 5_000);
    }
    expect(meter.roundTripMs).toBe(10);
    expect(meter.pongLateMs(123_000_000)).toBe(3_995);
  });

  test('the difference of the clocks is taken anew after some minutes, since they drift', () => {
    const meter = new LagMeter();
    meter.onPong(0, 10_000, 5_000);
    meter.onPong(400_000_000, 400_100_000, 400_550_000);
    expect(meter.roundTripMs).toBe(100);
  });

  test('an answer tells how late things arrive, for two seconds', () => {
    const meter = new LagMeter();
    expect(meter.pongLateMs(0)).toBeNaN();
    meter.onPong(0, 10_000, 5_000);
    meter.onPong(1_000_000, 3_000_000, 1_005_000);
    expect(meter.pongLateMs(3_500_000)).toBe(1_995);
    expect(meter.pongLateMs(5_000_000)).toBeNaN();
  });

  test('the fastest frame of a replay is forgotten after a while, since clocks drift', () => {
    const meter = new LagMeter();
    meter.onPong(0, 0, 0);
    for (let second = 0; second < 3_600; second += 1) {
      // The local clock runs ahead by a thousandth.
      expect(meter.replayLagMs(second * 1_001_000, second * 1_000)).toBeLessThan(130);
    }
    expect(meter.replayLagMs(3_700 * 1_001_000 + 2_000_000, 3_700_000)).toBe(0);
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
