import { describe, expect, test } from 'vitest';
import { UpdateGaps } from '../../../../../../src/lib/components/watch/update-gaps.ts';

const ONE = Int32Array.of(1);

function updatesEvery(gaps: UpdateGaps, gapMs: number, count: number): number {
  let nowMs = 1000;
  for (let update = 0; update < count; update += 1) {
    gaps.onUpdates(ONE, nowMs);
    nowMs += gapMs;
  }
  return nowMs - gapMs;
}

describe('a stale row', () => {
  test('is silent for more than two seconds when it usually is quick', () => {
    const gaps = new UpdateGaps();
    const lastMs = updatesEvery(gaps, 100, 50);
    expect(gaps.staleAgeMs(1, lastMs + 1900)).toBe(0);
    expect(gaps.staleAgeMs(1, lastMs + 2100)).toBe(2100);
  });

  test('is silent for more than five usual gaps when it usually is slow', () => {
    const gaps = new UpdateGaps();
    const lastMs = updatesEvery(gaps, 4000, 50);
    expect(gaps.staleAgeMs(1, lastMs + 15_000)).toBe(0);
    expect(gaps.staleAgeMs(1, lastMs + 24_000)).toBe(24_000);
  });

  test('is not called stale in its first half minute, when nobody knows how often it comes', () => {
    const gaps = new UpdateGaps();
    gaps.onUpdates(ONE, 1000);
    expect(gaps.staleAgeMs(1, 30_000)).toBe(0);
    expect(gaps.staleAgeMs(1, 32_000)).toBe(31_000);
  });

  test('is never one that was not seen, nor any after the clock jumped', () => {
    const gaps = new UpdateGaps();
    expect(gaps.staleAgeMs(900, 1e9)).toBe(0);
    updatesEvery(gaps, 100, 5);
    gaps.clear();
    expect(gaps.staleAgeMs(1, 1e9)).toBe(0);
  });
});

test('updates are counted, and each has an age', () => {
  const gaps = new UpdateGaps();
  expect(gaps.updates(3)).toBe(0);
  expect(gaps.ageMs(3, 1000)).toBeNaN();
  gaps.onUpdates(Int32Array.of(3), 1000);
  gaps.onUpdates(Int32Array.of(3, 100), 1500);
  expect(gaps.updates(3)).toBe(2);
  expect(gaps.ageMs(3, 1750)).toBe(250);
  gaps.clear();
  expect(gaps.updates(3)).toBe(0);
});
