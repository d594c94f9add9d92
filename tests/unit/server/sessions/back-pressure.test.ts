import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS, type ThrottledMessage } from '#protocol';
import { BackPressure } from '../../../../server/sessions/back-pressure.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const ALL = Number.POSITIVE_INFINITY;
let clock: ManualClock;
let told: ThrottledMessage[] = [];
let pressure: BackPressure;

beforeEach(() => {
  told = [];
  clock = new ManualClock();
  pressure = new BackPressure({ tell: (message) => told.push(message) }, clock);
});

const reasons = (): string[] => told.map(({ reason }) => reason);

describe('BackPressure', () => {
  it('[LI4] lets nothing out while bytes are unsent, and says so only when that lasts', () => {
    expect(pressure.room(false, 10)).toBe(ALL);
    for (let tick = 0; tick < 12; tick += 1) {
      expect(pressure.room(true, 10)).toBe(0);
      clock.advance(100);
    }
    expect(reasons()).toEqual(['queue-full']);
    expect(pressure.room(false, 10)).toBe(ALL);
    expect(reasons()).toEqual(['queue-full', 'recovered']);
  });

  it('[VE4] gives a client that lags the time to apply all that it was sent', () => {
    pressure.onAck(1_000, LIMITS.ackLagMs + 500, 3_000);
    expect(pressure.room(false, 10)).toBe(0);
    pressure.onAck(2_900, 2_000, 3_000);
    expect(pressure.room(false, 10)).toBe(0);
    pressure.onAck(3_000, 2_000, 3_000);
    expect(pressure.room(false, 10)).toBe(ALL);
    expect(reasons()).toEqual(['client-lag', 'recovered']);
    expect(pressure.lagMs).toBe(2_000);
  });

  it('does not hold data for a lag that is not under way: a bandwidth cap, a wrong clock', () => {
    pressure.onAck(2_950, 60_000, 3_000);
    expect(pressure.room(false, 10)).toBe(ALL);
  });

  it('serves again a client that never says it has caught up', () => {
    pressure.onAck(1_000, 5_000, 3_000);
    clock.advance(9_900);
    expect(pressure.room(false, 10)).toBe(0);
    clock.advance(200);
    expect(pressure.room(false, 10)).toBe(ALL);
  });

  it('names the strongest of several reasons, and is recovered when none is left', () => {
    pressure.onServerBusy(30);
    pressure.onAck(0, 5_000, 3_000);
    pressure.onServerBusy(20);
    expect(pressure.reason).toBe('client-lag');
    pressure.onAck(3_000, 0, 3_000);
    pressure.onServerBusy(null);
    expect(told).toEqual([
      { type: 'throttled', maxRateHz: 30, reason: 'server-busy' },
      { type: 'throttled', maxRateHz: 0, reason: 'client-lag' },
      { type: 'throttled', maxRateHz: 20, reason: 'server-busy' },
      { type: 'throttled', maxRateHz: 0, reason: 'recovered' },
    ]);
  });

  it('tells what a cap leaves, and takes a cap away without a trace', () => {
    pressure.limit(8_000);
    expect([pressure.isCapped, pressure.bitsPerSecond]).toEqual([true, 8_000]);
    pressure.spend(2_000);
    expect(pressure.room(false, 10)).toBe(0);
    pressure.limit(0);
    expect(pressure.room(false, 10)).toBe(ALL);
  });

  it('[QS3] keeps what was sent lately in mind when the cap changes: a storm of changes opens no gap', () => {
    pressure.limit(64_000);
    pressure.spend(16_000);
    for (let change = 0; change < 20; change += 1) pressure.limit(63_000 + (change % 2));
    expect(pressure.room(false, 10)).toBe(0);
  });
});
