import { describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import type { FeedGap } from '../../../../server/engine/ports.ts';
import { TrustGaps } from '../../../../server/feeds/trust-gaps.ts';

const [A, B] = [instrumentId(0), instrumentId(1)];

function watch(tellsInstruments: boolean): { gaps: TrustGaps; told: FeedGap[] } {
  const told: FeedGap[] = [];
  const gaps = new TrustGaps((gap) => told.push(gap), tellsInstruments);
  for (const id of [A, B]) gaps.want(id, true);
  return { gaps, told };
}

describe('the times in which a feed could not be trusted', () => {
  it('are a gap of the whole feed from its last sign of life until the first instrument is live again', () => {
    const { gaps, told } = watch(false);
    gaps.set(A, false, 'silence', 900, 1_000);
    expect(told).toEqual([]);
    gaps.set(B, false, 'cut', 950, 1_000);
    gaps.set(B, true, 'cut', 0, 4_000);
    gaps.set(A, true, 'cut', 0, 5_000);
    expect(told).toEqual([{ fromTimeUs: 950, toTimeUs: 4_000, reason: 'cut' }]);
  });

  it('are gaps of each instrument too, where the feed tells none itself', () => {
    const { gaps, told } = watch(true);
    gaps.set(A, false, 'silence', 900, 1_000);
    gaps.set(A, true, 'cut', 0, 2_000);
    expect(told).toEqual([{ instrument: A, fromTimeUs: 900, toTimeUs: 2_000, reason: 'silence' }]);
  });

  it('are none before anything came, and none of what nobody wants', () => {
    const { gaps, told } = watch(true);
    gaps.set(A, false, 'cut', 0, 1_000);
    gaps.set(A, true, 'cut', 0, 2_000);
    gaps.leave([A, B]);
    gaps.set(A, false, 'cut', 900, 3_000);
    gaps.set(A, true, 'cut', 900, 4_000);
    gaps.want(A, false);
    gaps.set(A, true, 'cut', 900, 5_000);
    expect(told).toEqual([]);
  });

  it('end when nobody wants anything any more: nothing is missed from then on', () => {
    const { gaps, told } = watch(true);
    gaps.set(A, false, 'cut', 900, 1_000);
    gaps.set(B, false, 'cut', 900, 1_000);
    gaps.leave([A, B]);
    gaps.want(A, false);
    gaps.set(A, true, 'cut', 900, 9_000);
    expect(told).toEqual([]);
  });
});
