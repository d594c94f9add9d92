import { describe, expect, it } from 'vitest';
import { LIMITS, instrumentId, unixUs, type GapMark } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { GapLog } from '../../../../server/engine/gap-log.ts';
import { instrument } from '../../../support/test-timeline.ts';

const START_US = 1_790_856_000_000_000;
const mark = (id: number | null, fromS: number, toS: number, more: Partial<GapMark> = {}): GapMark => ({
  feed: 'test',
  ...(id === null ? {} : { instrument: instrumentId(id) }),
  fromTimeUs: unixUs(START_US + fromS * 1_000_000),
  toTimeUs: unixUs(START_US + toS * 1_000_000),
  reason: 'cut',
  ...more,
});

describe('the gaps of a timeline', () => {
  it('are kept once each, however often they are told', () => {
    const log = new GapLog();
    expect([log.add(mark(1, 0, 1)), log.add(mark(1, 0, 1)), log.add(mark(2, 0, 1))]).toEqual([
      true,
      false,
      true,
    ]);
    expect([log.count, log.newest.length]).toEqual([2, 2]);
  });

  it('[HI9] are bounded: the newest of all, and the newest of each instrument', () => {
    const log = new GapLog();
    log.add(mark(7, 0, 1));
    for (let at = 1; at <= LIMITS.gapMarksMax + 5; at += 1) log.add(mark(1, at, at + 0.5));
    expect(log.newest).toHaveLength(LIMITS.gapMarksMax);
    expect(log.between(instrumentId(1), 0, Infinity)).toHaveLength(LIMITS.gapMarksPerInstrument);
    // Another instrument's own are not pushed out by it.
    expect(log.between(instrumentId(7), 0, Infinity)).toEqual([mark(7, 0, 1)]);
  });

  it('of a span are those of the instrument and of the recording, not the absence of its feed', () => {
    const log = new GapLog();
    const whole = mark(null, 4, 5, { feed: 'tape', reason: 'recording' });
    for (const one of [mark(1, 0, 1), mark(1, 4, 6), mark(2, 4, 6), mark(null, 4, 6), whole]) log.add(one);
    const at = (s: number): number => START_US + s * 1_000_000;
    expect(log.between(instrumentId(1), at(2), at(9))).toEqual([whole, mark(1, 4, 6)]);
    expect(log.between(instrumentId(1), at(1), at(2))).toEqual([mark(1, 0, 1)]);
  });

  it('are refused by the engine and counted when they cannot be', () => {
    const engine = new Engine(unixUs(START_US));
    engine.define(instrument('AAA'));
    expect(engine.onGap(mark(0, 1, 2))).toBe(true);
    expect(engine.onGap(mark(9, 1, 2))).toBe(false);
    expect(engine.onGap(mark(0, 3, 2))).toBe(false);
    expect(engine.onGap(mark(0, Number.NaN, 2))).toBe(false);
    expect(engine.counters.toRecord()).toEqual({ bad_time: 2, gap_cut: 1, unknown_instrument: 1 });
    engine.reset(unixUs(START_US + 1));
    expect(engine.gaps.newest).toHaveLength(1);
  });
});
