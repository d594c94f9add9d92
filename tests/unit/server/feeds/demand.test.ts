import { describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import { Demand } from '../../../../server/feeds/demand.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function demand() {
  const clock = new ManualClock();
  const told: string[] = [];
  const made = new Demand({
    clock,
    onWanted: (ids) => told.push(`+${ids.join()}`),
    onUnwanted: (ids) => told.push(`-${ids.join()}`),
  });
  const hold = (...ids: number[]) => made.hold(ids.map(instrumentId));
  return { clock, told, hold, made };
}

describe('Demand', () => {
  it('begins with the first who wants an instrument and ends 30 s after the last', () => {
    const { clock, told, hold } = demand();
    const first = hold(1, 2);
    const second = hold(2, 3);
    first();
    clock.advance(29_000);
    expect(told).toEqual(['+1,2', '+3']);
    clock.advance(1_000);
    expect(told).toEqual(['+1,2', '+3', '-1']);
    second();
    second();
    clock.advance(30_000);
    expect(told).toEqual(['+1,2', '+3', '-1', '-2,3']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing of a page that is reloaded', () => {
    const { clock, told, hold, made } = demand();
    const before = hold(1);
    before();
    clock.advance(20_000);
    const after = hold(1);
    clock.advance(60_000);
    expect(told).toEqual(['+1']);
    after();
    clock.advance(20_000);
    expect(made.isWanted(instrumentId(1))).toBe(true);
    clock.advance(10_000);
    expect([told, made.isWanted(instrumentId(1))]).toEqual([['+1', '-1'], false]);
  });

  it('gives each instrument its own 30 s', () => {
    const { clock, told, hold } = demand();
    const [first, second] = [hold(1), hold(2)];
    first();
    clock.advance(10_000);
    second();
    clock.advance(20_000);
    expect(told.at(-1)).toBe('-1');
    clock.advance(10_000);
    expect(told.at(-1)).toBe('-2');
  });

  it('is silent after its end', () => {
    const { clock, told, hold, made } = demand();
    const held = hold(1);
    made.close();
    held();
    clock.advance(60_000);
    expect([told, clock.pendingTimers]).toEqual([['+1'], 0]);
  });
});
